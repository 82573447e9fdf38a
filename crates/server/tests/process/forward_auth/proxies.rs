//! The proxies themselves, started with a recipe of the page.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/forward-auth.md");

/// Where a recipe leads.
#[derive(Clone, Copy)]
pub struct Leads {
    pub cloakroom: SocketAddr,
    pub application: SocketAddr,
}

/// A proxy, which ends with the test.
pub struct Proxy {
    child: Child,
    pub address: SocketAddr,
    _files: TempDir,
}

impl Proxy {
    /// What it has to say.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self._files.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // By a signal that it hands on to its workers.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// The recipe in this language, as the page has it, with each of these texts in the place of another; each stands there.
fn recipe(language: &str, replaced: &[(&str, &str)]) -> String {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let from = page.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("no recipe for {language}")).1;
    let mut text = from.split_once("\n```").unwrap().0.to_owned() + "\n";
    for (old, new) in replaced {
        assert!(text.contains(old), "the recipe for {language} has no {old}: {text}");
        text = text.replace(old, new);
    }
    text
}

/// A program that may lie where only administrators look.
fn program(name: &str) -> Command {
    let at = Path::new("/usr/sbin").join(name);
    if at.exists() { Command::new(at) } else { Command::new(name) }
}

/// Where the page has Cloakroom and the application listen.
fn on_page(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// A folder that whoever the proxy becomes can read, with a certificate for the application's host.
struct Files {
    folder: TempDir,
    certificate: String,
    key: String,
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let (certificate, key) = (at("example.com.pem"), at("example.com.key"));
        let new = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90"];
        let told = ["-subj", "/CN=app.example.com", "-addext", "subjectAltName=DNS:app.example.com", "-out", &certificate, "-keyout", &key];
        let made = Command::new("openssl").args(new).args(told).stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        Self { folder, certificate, key }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

/// A proxy takes no port of its own choice: a free one is looked up, and asked for at once.
pub fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Runs it until it answers; `None` where there is none on this machine.
fn run(mut command: Command, address: SocketAddr, files: Files) -> Option<Proxy> {
    let log = std::fs::File::create(files.path().join("log")).unwrap();
    command.stdout(log.try_clone().unwrap()).stderr(log);
    let child = command.spawn().ok()?;
    let mut proxy = Proxy { child, address, _files: files.folder };
    while TcpStream::connect(address).is_err() {
        let ended = proxy.child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended: {ended:?}: {}", proxy.log());
        std::thread::yield_now();
    }
    Some(proxy)
}

pub fn nginx(leads: Leads) -> Option<Proxy> {
    let (files, address) = (Files::new(), free_port());
    let site = recipe(
        "nginx",
        &[
            ("listen 443 ssl;", &format!("listen {address} ssl;")),
            ("/etc/ssl/example.com.pem", &files.certificate),
            ("/etc/ssl/private/example.com.key", &files.key),
            (&on_page(8080), &leads.cloakroom.to_string()),
            (&on_page(3000), &leads.application.to_string()),
        ],
    );
    let folder = files.path().display();
    let kept: String =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|what| format!("{what}_temp_path {folder}/{what};\n")).concat();
    let whole = format!(
        "daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{kept}{site}}}\n"
    );
    let mut command = program("nginx");
    command.arg("-p").arg(files.path()).arg("-e").arg("stderr").arg("-c").arg(files.write("nginx.conf", &whole));
    run(command, address, files)
}

pub fn caddy(leads: Leads) -> Option<Proxy> {
    let (files, address) = (Files::new(), free_port());
    let tls = format!("https://app.example.com:{} {{\n\tbind 127.0.0.1\n\ttls {} {}\n", address.port(), files.certificate, files.key);
    let site = recipe(
        "caddyfile",
        &[("app.example.com {\n", &tls), (&on_page(8080), &leads.cloakroom.to_string()), (&on_page(3000), &leads.application.to_string())],
    );
    let whole = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{site}");
    let mut command = program("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(files.write("Caddyfile", &whole)).env("HOME", files.path());
    run(command, address, files)
}

/// Debian's modules, which `a2enmod` would load.
const APACHE_MODULES: &str = "/usr/lib/apache2/modules";

pub fn apache(leads: Leads) -> Option<Proxy> {
    let (files, address) = (Files::new(), free_port());
    let script = files.write("cloakroom.lua", &recipe("lua", &[(&on_page(8080), &leads.cloakroom.to_string())]));
    let site = recipe(
        "apache",
        &[
            ("*:443", &address.to_string()),
            ("/etc/ssl/example.com.pem", &files.certificate),
            ("/etc/ssl/private/example.com.key", &files.key),
            ("/etc/apache2/cloakroom.lua", script.to_str().unwrap()),
            (&on_page(3000), &leads.application.to_string()),
        ],
    );
    run(serving(&["lua"], address, &files, &site), address, files)
}

/// Apache as an application of Cloakroom's own provider, over plain HTTP: nobody else of this machine knows its host by name.
pub fn openid_connect(leads: Leads, (address, secret): (SocketAddr, &str)) -> Option<Proxy> {
    let files = Files::new();
    let passphrase = files.write("passphrase", "for the module's own cookies\n");
    let site = recipe(
        "apacheconf",
        &[
            ("*:443", &address.to_string()),
            ("SSLEngine on", "SSLEngine off"),
            ("/etc/ssl/example.com.pem", &files.certificate),
            ("/etc/ssl/private/example.com.key", &files.key),
            ("https://auth.example.com", &format!("http://{}", leads.cloakroom)),
            ("https://app.example.com", &format!("http://{address}")),
            ("the secret of the directory", secret),
            ("/etc/apache2/intranet.passphrase", passphrase.to_str().unwrap()),
            (&on_page(3000), &leads.application.to_string()),
        ],
    );
    let command = serving(&["authz_user", "auth_openidc"], address, &files, &site);
    run(command, address, files)
}

/// Apache with this site, by Debian's modules.
fn serving(more: &[&str], address: SocketAddr, files: &Files, site: &str) -> Command {
    let modules = ["mpm_event", "authn_core", "authz_core", "socache_shmcb", "ssl", "proxy", "proxy_http", "headers"];
    let modules = modules.iter().chain(more);
    let modules: String = modules.map(|name| format!("LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n")).collect();
    let folder = files.path().display();
    let whole = format!(
        "ServerRoot {folder}\nServerName localhost\nDefaultRuntimeDir {folder}\nPidFile {folder}/pid\nErrorLog {folder}/log\nListen {address}\n\
         {modules}User www-data\nGroup www-data\n{site}"
    );
    let mut command = program("apache2");
    command.arg("-DFOREGROUND").arg("-f").arg(files.write("apache2.conf", &whole));
    command
}
