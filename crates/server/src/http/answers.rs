//! Answers on their way: each keeps its place until it was taken or dropped, and whoever does not take it is cut off.
//!
//! Flow control lets a client keep an answer waiting without end, by TCP or, for each stream of a connection, by HTTP/2. So a body is
//! handed on in small pieces, of which each must be taken in time, and where there is no more room, what has been waiting longest goes.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use http_body::{Frame, SizeHint};
use parking_lot::Mutex;
use prometheus_client::metrics::counter::Counter;

use super::hang_up::HangUp;
use super::places::Held;
use super::shares::{Counted, Full, Share, Shares};

/// Bytes that are handed on at once, so that no more than these wait in the buffers of a stream.
const PIECE: usize = 16_384;

/// What was not touched for so long may go when there is no more room.
const STALLED: Duration = Duration::from_secs(1);

/// All answers on their way; clones share them.
#[derive(Clone, Debug)]
pub struct Answers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// In which each piece must be taken.
    within: Duration,
    waiting: Shares,
    under_way: Mutex<UnderWay>,
    cut: Counter,
}

#[derive(Debug, Default)]
struct UnderWay {
    last: u64,
    /// By the order of their beginning.
    answers: BTreeMap<u64, Waiting>,
}

/// One answer, as the others see it.
#[derive(Debug)]
struct Waiting {
    /// Since when the client could take the next piece; `None` while that is made.
    since: Option<Instant>,
    whose: Option<Counted>,
    line: Option<HangUp>,
    held: Option<Held>,
    /// When it is cut off, however well it is taken.
    until: Option<Instant>,
    _share: Option<Share>,
}

impl Waiting {
    fn longer_than(&self, time: Duration, now: Instant) -> bool {
        self.since.is_some_and(|since| now.saturating_duration_since(since) > time)
    }

    fn is_over(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether others want the place that it holds.
    fn may_make_room(&self) -> bool {
        self.held.is_some() && self.until.is_none()
    }
}

impl Answers {
    /// Each piece must be taken `within` this time; of one address, about so many may wait.
    #[must_use]
    pub fn new(within: Duration, of_one: u64) -> Self {
        let under_way = Mutex::default();
        Self(Arc::new(Inner { within, waiting: Shares::new(u64::MAX, of_one), under_way, cut: Counter::default() }))
    }

    /// Connections that were cut off, since their client did not take an answer.
    #[must_use]
    pub fn cut(&self) -> Counter {
        self.0.cut.clone()
    }

    /// Cuts off whoever has not taken a piece in time, and streams whose time is over. Called every second.
    pub fn cut_overdue(&self) {
        let now = now();
        let mut under_way = self.0.under_way.lock();
        let overdue = under_way.answers.values_mut().filter(|answer| answer.longer_than(self.0.within, now) || answer.is_over(now));
        overdue.for_each(|answer| self.hang_up(answer));
    }

    /// Cuts off whoever has kept a place waiting for longest, of one address if that has too much; false where nobody did.
    pub fn make_room(&self, full: Full, whose: Option<Counted>) -> bool {
        self.cut_longest(|answer| answer.may_make_room() && (full == Full::Everywhere || answer.whose == whose))
    }

    fn cut_longest(&self, concerned: impl Fn(&Waiting) -> bool) -> bool {
        let now = now();
        let mut under_way = self.0.under_way.lock();
        let mut stalled = under_way.answers.values_mut().filter(|answer| concerned(answer) && answer.longer_than(STALLED, now));
        stalled.next().map(|answer| self.hang_up(answer)).is_some()
    }

    /// Its place is free at once; what else it holds goes when its connection notices.
    fn hang_up(&self, answer: &mut Waiting) {
        answer.held = None;
        answer.since = None;
        answer.until = None;
        if let Some(line) = answer.line.take()
            && line.cut()
        {
            self.0.cut.inc();
        }
    }

    /// An answer keeps its place until the client has it. Outside of everything that makes or changes bodies.
    pub fn send(&self, response: Response, line: Option<HangUp>, whose: Option<Counted>, held: Option<Held>) -> Response {
        if response.body().is_end_stream() {
            return response;
        }
        let on_its_way = self.begin(line, whose, held);
        response.map(|body| Body::new(Answer { body, rest: Bytes::new(), on_its_way }))
    }

    fn begin(&self, line: Option<HangUp>, whose: Option<Counted>, held: Option<Held>) -> OnItsWay {
        // Whoever has too many waiting loses the oldest, and this one is not counted in its stead.
        let share = self.0.waiting.take(whose, 1).ok();
        if share.is_none() {
            self.cut_longest(|answer| answer.whose == whose);
        }
        let begun = now();
        let until = held.as_ref().and_then(|held| begun.checked_add(held.longest?));
        let mut under_way = self.0.under_way.lock();
        under_way.last += 1;
        let number = under_way.last;
        under_way.answers.insert(number, Waiting { since: Some(begun), whose, line, held, until, _share: share });
        drop(under_way);
        OnItsWay { answers: self.clone(), number }
    }
}

#[expect(clippy::disallowed_methods, reason = "the pace of the transport: no rule of the engine sees it")]
fn now() -> Instant {
    Instant::now()
}

/// An answer's own entry among all of them.
#[derive(Debug)]
struct OnItsWay {
    answers: Answers,
    number: u64,
}

impl OnItsWay {
    /// Whose turn it is: the client's, to take what was handed on, or ours, to make the next piece.
    fn waits_for_client(&self, is_so: bool) {
        if let Some(answer) = self.answers.0.under_way.lock().answers.get_mut(&self.number) {
            answer.since = is_so.then(now);
        }
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        let gone = self.answers.0.under_way.lock().answers.remove(&self.number);
        drop(gone);
    }
}

/// The body of an answer, in small pieces.
struct Answer {
    body: Body,
    rest: Bytes,
    on_its_way: OnItsWay,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if this.rest.is_empty() {
            let made = Pin::new(&mut this.body).poll_frame(cx);
            if made.is_pending() {
                this.on_its_way.waits_for_client(false);
            }
            match ready!(made) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => this.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        // After the last piece there is nothing that the client could take: this is dropped.
        if !this.rest.is_empty() || !this.body.is_end_stream() {
            this.on_its_way.waits_for_client(true);
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (body, rest) = (self.body.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::http::places::{InFlight, Priority};

    fn whose(address: &str) -> Option<Counted> {
        Some(Counted::of(address.parse().unwrap()))
    }

    /// An answer that nobody takes, and when it began to wait.
    fn waiting(answers: &Answers, places: &InFlight, from: &str, for_seconds: u64) -> (OnItsWay, HangUp) {
        let line = HangUp::default();
        let held = Held { place: places.take(Priority::Normal, whose(from)).unwrap(), longest: None };
        let on_its_way = answers.begin(Some(line.clone()), whose(from), Some(held));
        let mut under_way = answers.0.under_way.lock();
        let since = &mut under_way.answers.get_mut(&on_its_way.number).unwrap().since;
        *since = since.and_then(|since| since.checked_sub(Duration::from_secs(for_seconds)));
        drop(under_way);
        (on_its_way, line)
    }

    #[tokio::test]
    async fn an_answer_comes_whole_in_small_pieces_and_has_its_place_until_then() {
        let (answers, places) = (Answers::new(Duration::from_secs(9), 9), InFlight::new(8, 8));
        let long = Bytes::from(vec![b'x'; 2 * PIECE + 1]);
        let held = Held { place: places.take(Priority::Normal, None).unwrap(), longest: None };
        let mut response = answers.send(Response::new(Body::from(long.clone())), None, None, Some(held));
        assert_eq!(response.body().size_hint().exact(), Some(long.len() as u64));
        let mut pieces = Vec::new();
        while let Some(frame) = response.frame().await {
            assert_eq!(places.taken(), 1);
            pieces.push(frame.unwrap().into_data().unwrap());
        }
        assert_eq!(pieces.iter().map(Bytes::len).collect::<Vec<_>>(), [PIECE, PIECE, 1]);
        assert_eq!(pieces.concat(), long);
        drop(response);
        assert_eq!((places.taken(), answers.0.under_way.lock().answers.len()), (0, 0));
    }

    #[test]
    fn whoever_does_not_take_an_answer_in_time_is_cut_off() {
        let (answers, places) = (Answers::new(Duration::from_secs(10), 9), InFlight::new(8, 8));
        let (slow, cut) = waiting(&answers, &places, "192.0.2.1", 11);
        let (_fast, spared) = waiting(&answers, &places, "192.0.2.1", 9);
        let (made, not_made) = waiting(&answers, &places, "192.0.2.1", 11);
        made.waits_for_client(false);
        answers.cut_overdue();
        assert_eq!([cut.is_cut(), spared.is_cut(), not_made.is_cut()], [true, false, false]);
        assert_eq!((places.taken(), answers.cut().get()), (2, 1));
        drop(slow);
        assert_eq!(places.taken(), 2);
    }

    #[test]
    fn the_one_that_waits_longest_makes_room() {
        let (answers, places) = (Answers::new(Duration::from_secs(10), 9), InFlight::new(8, 8));
        let (_new, _) = waiting(&answers, &places, "192.0.2.1", 0);
        assert!(!answers.make_room(Full::Everywhere, whose("192.0.2.3")), "it may be on its way");
        let (_first, oldest) = waiting(&answers, &places, "192.0.2.2", 5);
        let (_second, own) = waiting(&answers, &places, "192.0.2.3", 4);
        assert!(answers.make_room(Full::OfOne, whose("192.0.2.3")) && own.is_cut() && !oldest.is_cut());
        assert!(answers.make_room(Full::Everywhere, whose("192.0.2.3")) && oldest.is_cut());
        assert!(!answers.make_room(Full::Everywhere, whose("192.0.2.3")));
        assert_eq!(places.taken(), 1);
    }

    #[test]
    fn a_stream_makes_room_for_nobody_and_ends_when_its_time_is_over() {
        let (answers, places) = (Answers::new(Duration::from_secs(10), 9), InFlight::new(8, 8));
        let stream = |longest| {
            let (line, place) = (HangUp::default(), places.take(Priority::Last, None).unwrap());
            (answers.begin(Some(line.clone()), None, Some(Held { place, longest: Some(longest) })), line)
        };
        let ((over, cut), (_going_on, spared)) = (stream(Duration::ZERO), stream(Duration::from_secs(60)));
        over.waits_for_client(false);
        assert!(!answers.make_room(Full::Everywhere, None));
        answers.cut_overdue();
        assert_eq!(([cut.is_cut(), spared.is_cut()], places.taken()), ([true, false], 1));
    }

    #[test]
    fn one_address_keeps_about_so_many_waiting() {
        let (answers, places) = (Answers::new(Duration::from_secs(10), 2), InFlight::new(8, 8));
        let all = [(); 4].map(|()| waiting(&answers, &places, "192.0.2.1", 2));
        let _other = waiting(&answers, &places, "192.0.2.2", 2);
        assert_eq!(all.each_ref().map(|(_, line)| line.is_cut()), [true, true, false, false]);
    }
}
