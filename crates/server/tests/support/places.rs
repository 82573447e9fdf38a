//! Writes small databases of places in MaxMind's format (https://maxmind.github.io/MaxMind-DB/).

use std::net::IpAddr;

use serde_json::{Value, json};

const MARKER: &[u8] = b"\xab\xcd\xefMaxMind.com";

#[derive(Clone, Copy)]
enum Record {
    Nothing,
    Node(usize),
    Data(usize),
}

/// A database for IPv4 and IPv6 with a record for each network (`address/length`).
pub fn database(networks: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Record::Nothing; 2]];
    let mut data = Vec::new();
    for (network, record) in networks {
        let (bits, length) = bits(network);
        let offset = data.len();
        encode(record, &mut data);
        let mut node = 0;
        for depth in 0..length {
            let side = usize::from(bits >> (127 - depth) & 1 == 1);
            if depth + 1 == length {
                nodes[node][side] = Record::Data(offset);
            } else if let Record::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Record::Nothing; 2]);
                nodes[node][side] = Record::Node(nodes.len() - 1);
                node = nodes.len() - 1;
            }
        }
    }
    let count = nodes.len();
    let mut file = Vec::new();
    for record in nodes.iter().flatten() {
        let value = match *record {
            Record::Nothing => count,
            Record::Node(node) => node,
            Record::Data(offset) => count + 16 + offset,
        };
        file.extend(&u32::try_from(value).unwrap().to_be_bytes()[1..]);
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(MARKER);
    encode(&metadata(count), &mut file);
    file
}

/// One place, as it stands in databases of cities.
pub fn city(country: &str, region: &str, city: &str) -> Value {
    json!({
        "city": { "names": { "de": "anders", "en": city } },
        "country": { "iso_code": country, "names": { "en": "somewhere" } },
        "subdivisions": [{ "iso_code": "X", "names": { "en": region } }, { "names": { "en": "a part of it" } }],
    })
}

fn metadata(count: usize) -> Value {
    json!({
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": 1_767_225_600,
        "database_type": "Test-City",
        "description": { "en": "made by a test" },
        "ip_version": 6,
        "languages": ["en"],
        "node_count": count,
        "record_size": 24,
    })
}

/// The network's bits from the highest on, and how many of them count; IPv4 stands below `::/96`.
fn bits(network: &str) -> (u128, u32) {
    let (address, length) = network.split_once('/').unwrap();
    let length: u32 = length.parse().unwrap();
    match address.parse().unwrap() {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), 96 + length),
        IpAddr::V6(v6) => (u128::from(v6), length),
    }
}

fn encode(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::String(text) => {
            control(2, text.len(), out);
            out.extend(text.as_bytes());
        }
        Value::Number(number) => encode_number(5, number.as_u64().unwrap(), out),
        Value::Array(values) => {
            control(11, values.len(), out);
            values.iter().for_each(|value| encode(value, out));
        }
        Value::Object(entries) => {
            control(7, entries.len(), out);
            for (key, value) in entries {
                encode(&Value::String(key.clone()), out);
                match key.as_str() {
                    "node_count" => encode_number(6, value.as_u64().unwrap(), out),
                    "build_epoch" => encode_number(9, value.as_u64().unwrap(), out),
                    _ => encode(value, out),
                }
            }
        }
        other => panic!("{other} has no place here"),
    }
}

/// Numbers of up to 16, 32 and 64 bits are types of their own: 5, 6 and 9.
fn encode_number(kind: u8, number: u64, out: &mut Vec<u8>) {
    let bytes = number.to_be_bytes();
    let significant = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    control(kind, significant.len(), out);
    out.extend(significant);
}

fn control(kind: u8, size: usize, out: &mut Vec<u8>) {
    let (short, more) = if size < 29 { (size, None) } else { (29, Some(size - 29)) };
    let short = u8::try_from(short).unwrap();
    if kind > 7 {
        out.extend([short, kind - 7])
    } else {
        out.push(kind << 5 | short)
    }
    out.extend(more.map(|more| u8::try_from(more).unwrap()));
}
