//! Tokens that nobody may take: made from a good one, mostly signed with the server's own key.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::claims::part;
use super::scene::Scene;

/// What forgeries are made of: a good token, the server's own key, and a stranger's.
pub struct Forge {
    good: String,
    header: Value,
    claims: Value,
    own: EcdsaKeyPair,
    foreign: EcdsaKeyPair,
    public_jwk: String,
}

fn encode(part: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

fn signed_by(pair: &EcdsaKeyPair, header: &str, claims: &[u8]) -> String {
    let message = format!("{header}.{}", encode(claims));
    let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", encode(signature.as_ref()))
}

impl Forge {
    pub fn new(scene: &Scene, good: &str) -> Self {
        let (key, private) = scene.crypto.active();
        Self {
            good: good.to_owned(),
            header: part(good, 0),
            claims: part(good, 1),
            own: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &private).unwrap(),
            foreign: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            public_jwk: key.public_jwk,
        }
    }

    /// A good token again, made as the forgeries are: what proves that they fail for what is wrong with them.
    pub fn genuine(&self) -> String {
        signed_by(&self.own, self.header_text(), self.claims.to_string().as_bytes())
    }

    /// The header as the server spells it: any other spelling is refused for itself.
    fn header_text(&self) -> &str {
        self.good.split('.').next().unwrap()
    }

    fn claiming(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims.clone();
        change(&mut claims);
        signed_by(&self.own, self.header_text(), claims.to_string().as_bytes())
    }

    fn headed(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        signed_by(&self.own, &encode(header.to_string().as_bytes()), self.claims.to_string().as_bytes())
    }

    /// Each with a name that says what is wrong.
    pub fn all(&self) -> Vec<(String, String)> {
        let mut all = self.wrong_claims();
        all.extend(self.wrong_headers());
        all.extend(self.wrong_signatures());
        all.extend(self.wrong_shapes());
        all
    }

    fn wrong_claims(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        // Nobody may know how somebody signed in. Tokens of a login had no client before every token had one, and are still taken.
        let optional =
            if self.claims["client_id"] == "cloakroom" { ["tenant_id", "amr", "client_id"] } else { ["tenant_id", "amr", "amr"] };
        for name in self.claims.as_object().unwrap().keys() {
            if !optional.contains(&name.as_str()) {
                all.push((format!("without {name}"), self.claiming(|claims| drop(claims.as_object_mut().unwrap().remove(name)))));
            }
            for wrong in [json!(null), json!(true), json!([]), json!({ "a": 1 }), json!(-1.5), json!("\u{0}\u{7}'; --")] {
                let allowed = (optional.contains(&name.as_str()) && wrong.is_null()) || (name == "scope" && wrong.is_string());
                if !allowed {
                    all.push((format!("{name} is {wrong}"), self.claiming(|claims| claims[name] = wrong)));
                }
            }
        }
        for (name, value) in [
            ("iss", json!("https://other.example")),
            ("iss", json!("https://cloakroom.example/")),
            ("iss", json!(["https://cloakroom.example"])),
            ("aud", json!("other")),
            ("aud", json!(["other", "third"])),
            ("sub", json!("usr_00000000000000000000000000000000")),
            ("sid", json!("ses_00000000000000000000000000000000")),
            ("exp", json!(i64::MAX)),
            ("exp", json!(u64::MAX)),
            ("nbf", json!(i64::MAX)),
            ("gid", json!(i64::MAX)),
            ("gen", json!(-1)),
            ("gen", json!(u64::MAX)),
            ("client_id", json!("nobody")),
            ("role", json!("emperor")),
            ("auth_time", json!(i64::MAX)),
            ("acr", json!("aal2")),
            ("amr", json!(["pwd", "passkey"])),
            ("is_admin", json!(true)),
            ("cnf", json!({ "jkt": "x" })),
        ] {
            all.push((format!("{name} is {value}"), self.claiming(|claims| claims[name] = value)));
        }
        if self.claims["client_id"] != "cloakroom" {
            all.push(("as of a login".to_owned(), self.claiming(|claims| claims["client_id"] = json!("cloakroom"))));
        }
        all
    }

    fn wrong_headers(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (name, values) in [
            ("alg", vec![json!("none"), json!("None"), json!("HS256"), json!("RS256"), json!("EdDSA"), json!("ES384"), json!(7)]),
            ("typ", vec![json!("JWT"), json!("refresh"), json!("at+JWT"), json!("application/at+jwt"), json!(null)]),
            ("kid", vec![json!("other"), json!(""), json!("../../etc/passwd"), json!("' OR 1=1"), json!(null), json!(1)]),
            ("crit", vec![json!(["exp"]), json!([])]),
            ("jku", vec![json!("https://evil.example/jwks.json")]),
            ("x5u", vec![json!("https://evil.example/cert.pem")]),
            ("x5c", vec![json!(["MIIB"])]),
            ("jwk", vec![serde_json::from_str(&self.public_jwk).unwrap()]),
            ("b64", vec![json!(false)]),
            ("cty", vec![json!("JWT")]),
            ("zip", vec![json!("DEF")]),
        ] {
            all.extend(values.into_iter().map(|value| (format!("{name}: {value}"), self.headed(|header| header[name] = value))));
        }
        for name in ["alg", "typ", "kid"] {
            all.push((format!("no {name}"), self.headed(|header| drop(header.as_object_mut().unwrap().remove(name)))));
        }
        all
    }

    fn wrong_signatures(&self) -> Vec<(String, String)> {
        let (message, signature) = self.good.rsplit_once('.').unwrap();
        let claims = self.claims.to_string();
        let mut all = vec![
            ("a stranger's signature under our kid".into(), signed_by(&self.foreign, self.header_text(), claims.as_bytes())),
            ("no signature".into(), format!("{message}.")),
            ("the signature twice".into(), format!("{message}.{signature}{signature}")),
            ("a signature of zeros".into(), format!("{message}.{}", encode(&[0; 64]))),
            ("a DER signature".into(), format!("{message}.{}", encode(&[0x30, 6, 2, 1, 1, 2, 1, 1]))),
            ("padded".into(), format!("{message}.{signature}==")),
        ];
        for algorithm in ["HS256", "ES256"] {
            let mut header = self.header.clone();
            header["alg"] = json!(algorithm);
            let message = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.as_bytes()));
            let key = hmac::Key::new(hmac::HMAC_SHA256, self.public_jwk.as_bytes());
            let tag = hmac::sign(&key, message.as_bytes());
            all.push((format!("the public key as a secret, {algorithm}"), format!("{message}.{}", encode(tag.as_ref()))));
        }
        let none = encode(br#"{"typ":"at+jwt","alg":"none"}"#);
        all.push(("alg none, unsigned".into(), format!("{none}.{}.", encode(claims.as_bytes()))));
        all
    }

    fn wrong_shapes(&self) -> Vec<(String, String)> {
        let parts: Vec<&str> = self.good.split('.').collect();
        let (header, claims, signature) = (parts[0], parts[1], parts[2]);
        let mut all = vec![
            ("not JSON inside".into(), signed_by(&self.own, self.header_text(), b"not json")),
            ("an array inside".into(), signed_by(&self.own, self.header_text(), b"[]")),
            ("a claim twice".into(), {
                let twice = self.claims.to_string().replacen('{', r#"{"role":"super_admin","#, 1);
                signed_by(&self.own, self.header_text(), twice.as_bytes())
            }),
            ("parts swapped".into(), format!("{claims}.{header}.{signature}")),
            ("no header".into(), format!(".{claims}.{signature}")),
            ("no claims".into(), format!("{header}..{signature}")),
            ("dots alone".into(), "..".into()),
            ("a dot".into(), ".".into()),
            ("five parts".into(), format!("{}.{header}.{claims}", self.good)),
            ("four parts".into(), format!("{}.x", self.good)),
            ("one part".into(), header.into()),
            ("nine kilobytes".into(), format!("{header}.{}.{signature}", "A".repeat(9000))),
            ("a megabyte".into(), "A".repeat(1 << 20)),
            ("unicode".into(), format!("{}é☃", self.good)),
            ("a tab".into(), format!("{header}.\t{claims}.{signature}")),
            ("a refresh token".into(), "clr_1_0_abc_def".into()),
        ];
        all.extend((1..self.good.len()).step_by(10).map(|length| (format!("its first {length} bytes"), self.good[..length].into())));
        all
    }
}
