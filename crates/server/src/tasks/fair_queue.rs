//! A queue that takes turns: by network, within a network by address, and for one address in the order of coming.
//!
//! When there is no more room, the newest of whoever has most waiting makes some, so that nobody is kept out by another's flood.

use std::collections::VecDeque;
use std::net::IpAddr;

use cloakroom_engine::audit::network;

/// For whom something waits; those that have no address are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    network: Option<IpAddr>,
    address: Option<IpAddr>,
}

impl Asker {
    /// Whoever is at this address, in its /24 or /64.
    #[must_use]
    pub fn at(address: Option<IpAddr>) -> Self {
        let address = address.map(|address| address.to_canonical());
        Self { network: address.map(network), address }
    }
}

/// What waits, to be taken out again.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    asker: Asker,
    number: u64,
}

/// The queue.
#[derive(Debug)]
pub struct FairQueue<T> {
    networks: VecDeque<Network<T>>,
    len: usize,
    last: u64,
}

#[derive(Debug)]
struct Network<T> {
    network: Option<IpAddr>,
    addresses: VecDeque<Address<T>>,
}

#[derive(Debug)]
struct Address<T> {
    address: Option<IpAddr>,
    waiting: VecDeque<(u64, T)>,
}

impl<T> Default for FairQueue<T> {
    fn default() -> Self {
        Self { networks: VecDeque::new(), len: 0, last: 0 }
    }
}

impl<T> Network<T> {
    fn len(&self) -> usize {
        self.addresses.iter().map(|address| address.waiting.len()).sum()
    }
}

impl<T> FairQueue<T> {
    pub const fn len(&self) -> usize {
        self.len
    }

    pub fn push(&mut self, asker: Asker, item: T) -> Ticket {
        self.last += 1;
        self.len += 1;
        let number = self.last;
        let place = self.networks.iter().position(|known| known.network == asker.network).unwrap_or_else(|| {
            self.networks.push_back(Network { network: asker.network, addresses: VecDeque::new() });
            self.networks.len() - 1
        });
        let addresses = &mut self.networks[place].addresses;
        match addresses.iter_mut().find(|known| known.address == asker.address) {
            Some(known) => known.waiting.push_back((number, item)),
            None => addresses.push_back(Address { address: asker.address, waiting: VecDeque::from([(number, item)]) }),
        }
        Ticket { asker, number }
    }

    /// The next one; its network and its address go behind the others.
    pub fn pop(&mut self) -> Option<T> {
        let mut network = self.networks.pop_front()?;
        let mut address = network.addresses.pop_front()?;
        let (_, item) = address.waiting.pop_front()?;
        self.len -= 1;
        if !address.waiting.is_empty() {
            network.addresses.push_back(address);
        }
        if !network.addresses.is_empty() {
            self.networks.push_back(network);
        }
        Some(item)
    }

    /// Takes something out; `None` where it waits no more.
    pub fn remove(&mut self, Ticket { asker, number }: Ticket) -> Option<T> {
        let network = self.networks.iter_mut().find(|known| known.network == asker.network)?;
        let address = network.addresses.iter_mut().find(|known| known.address == asker.address)?;
        let place = address.waiting.iter().position(|(known, _)| *known == number)?;
        let (_, item) = address.waiting.remove(place)?;
        self.len -= 1;
        network.addresses.retain(|address| !address.waiting.is_empty());
        self.networks.retain(|network| !network.addresses.is_empty());
        Some(item)
    }

    /// Takes out what makes room for one more of this asker: the newest of whoever has most waiting in the network with most waiting.
    /// `None` where the asker has as much itself.
    pub fn displace_for(&mut self, asker: Asker) -> Option<T> {
        let own = self.networks.iter().find(|known| known.network == asker.network);
        let (of_network, of_address) = own.map_or((0, 0), |network| {
            let address = network.addresses.iter().find(|known| known.address == asker.address);
            (network.len(), address.map_or(0, |address| address.waiting.len()))
        });
        let longest = self.networks.iter_mut().max_by_key(|network| network.len())?;
        let is_own = longest.network == asker.network;
        let most = longest.len();
        let address = longest.addresses.iter_mut().max_by_key(|address| address.waiting.len())?;
        let may = if is_own { address.waiting.len() > of_address + 1 } else { most > of_network + 1 };
        if !may {
            return None;
        }
        let (_, item) = address.waiting.pop_back()?;
        self.len -= 1;
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Asker {
        Asker::at(address.parse().ok())
    }

    fn all(queue: &mut FairQueue<u32>) -> Vec<u32> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn networks_take_turns_and_within_them_addresses() {
        let mut queue = FairQueue::default();
        for (number, address) in
            ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1", "2001:db8::2"].iter().enumerate()
        {
            queue.push(at(address), u32::try_from(number).unwrap());
        }
        assert_eq!((queue.len(), all(&mut queue)), (7, vec![0, 4, 5, 3, 6, 1, 2]));
        assert_eq!((queue.len(), queue.pop()), (0, None));
    }

    #[test]
    fn what_is_taken_out_is_not_served() {
        let mut queue = FairQueue::default();
        let tickets: Vec<_> = (0..3).map(|number| queue.push(at("192.0.2.1"), number)).collect();
        assert_eq!((queue.remove(tickets[1]), queue.remove(tickets[1])), (Some(1), None));
        assert_eq!((queue.len(), all(&mut queue)), (2, vec![0, 2]));
        let only = queue.push(at("192.0.2.1"), 9);
        assert_eq!((queue.remove(only), queue.networks.len()), (Some(9), 0));
    }

    #[test]
    fn whoever_has_most_waiting_makes_room_for_those_who_have_less() {
        let mut queue = FairQueue::default();
        for number in 0..4 {
            queue.push(at("192.0.2.1"), number);
        }
        assert_eq!(queue.displace_for(at("192.0.2.1")), None);
        assert_eq!(queue.displace_for(at("192.0.2.2")), Some(3), "of the same network");
        assert_eq!(queue.displace_for(at("198.51.100.1")), Some(2));
        queue.push(at("198.51.100.1"), 4);
        assert_eq!(queue.displace_for(at("198.51.100.1")), None, "both would have one");
        assert_eq!(all(&mut queue), [0, 4, 1]);
    }
}
