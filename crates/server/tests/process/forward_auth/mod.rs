//! The recipes of docs/forward-auth.md, each in the real proxy before a real application: the very text of the page, but for ports and
//! certificates, which a test has none of its own choice of.

mod application;
mod curl;
mod openid_connect;
mod proxies;
mod scene;
mod seen;

use application::Application;
use curl::Browser;
use proxies::{Leads, Proxy};
use scene::Scene;

/// What every recipe does.
fn holds(name: &str, start: impl Fn(Leads) -> Option<Proxy>) {
    let (scene, application) = (Scene::new(), Application::start());
    let Some(proxy) = start(Leads { cloakroom: scene.address(), application: application.address }) else {
        eprintln!("SKIPPED: there is no {name} to try its recipe with");
        return;
    };
    let browser = Browser { proxy: proxy.address };
    seen::strangers_are_sent_to_the_sign_in(&browser, &application);
    let cookie = scene.signed_in("ada");
    seen::who_is_signed_in_is_told_to_the_application(&browser, &cookie);
    seen::nobody_says_by_headers_who_they_are(&browser, &scene);
    seen::programs_are_told_so(&browser, &scene);
    seen::whatever_is_sent_arrives(&browser, &cookie);
    seen::who_signs_out_is_out(&browser, &scene, &cookie, &application);
    seen::nobody_comes_in_where_nobody_can_tell(&browser, scene, &application);
    drop(proxy);
    a_renewed_cookie_reaches_the_browser(start);
}

/// What Cloakroom answers when half of a session's life is over, for which no test waits.
const RENEWED: &str = "Remote-User: ada\r\nRemote-Groups:\r\nSet-Cookie: __Secure-cloakroom=renewed; Path=/; Secure; HttpOnly\r\n";

fn a_renewed_cookie_reaches_the_browser(start: impl Fn(Leads) -> Option<Proxy>) {
    let (cloakroom, application) = (Application::answering(RENEWED), Application::start());
    let proxy = start(Leads { cloakroom: cloakroom.address, application: application.address }).unwrap();
    let answer = Browser { proxy: proxy.address }.get("/", &[("Cookie", "__Secure-cloakroom=due"), ("Remote-Groups", "root")]);
    assert_eq!((answer.status, answer.told("remote-user"), answer.told("remote-groups")), (200, vec!["ada".to_owned()], vec![]));
    let mut set: Vec<_> = answer.all("set-cookie").collect();
    set.sort_unstable();
    assert_eq!(set, ["__Secure-cloakroom=renewed; Path=/; Secure; HttpOnly", "theme=dark"]);
}

#[test]
fn the_recipe_for_nginx_holds() {
    holds("nginx", proxies::nginx);
}

#[test]
fn the_recipe_for_caddy_holds() {
    holds("Caddy", proxies::caddy);
}

#[test]
fn the_recipe_for_apache_holds() {
    holds("Apache", proxies::apache);
}
