//! A change is the same one, whoever makes it: by a file and by an administrator it leaves the same rows and the same lines in the trail.

use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::callers::{DirectoryAdmin, TokenCaller};
use cloakroom_engine::cursor::PageAsked;
use cloakroom_engine::directory::admin::list::DirectoryFilter;
use cloakroom_engine::directory::admin::passwords::PasswordReset;
use cloakroom_engine::directory::changes::{
    ApplicationChange, EmailChange, NewApplication, NewPartner, NewTenant, NewUser, Patch, SparedSessions, TenantChange, UserChange,
};
use cloakroom_engine::directory::document::{ApplicationEntry, DirectoryDocument, PartnerEntry, TenantEntry, UserEntry};
use cloakroom_engine::directory::registration::{Registration, RegistrationChange};
use cloakroom_engine::directory::{
    ApplicationKind, ApplicationStatus, EmailStatus, MembershipRole, PlatformRole, SoughtEmail, TenantPolicy, TenantPolicyChange,
    TenantStatus, UserStatus,
};
use cloakroom_engine::ids::{ApplicationUid, PartnerUid, TenantUid, UserUid};
use cloakroom_engine::page::PageNumber;
use cloakroom_engine::policy::Policy;
use cloakroom_engine::secret::{ClientSecret, Passcode};
use cloakroom_engine::tokens::TokenAlgorithm;

use crate::world::{World, email, tenant, user, users};

/// What the directory holds, by the names that people give: numbers, uids and secrets are each world's own.
const ROWS: [&str; 7] = [
    "SELECT code, name, status, created_at, updated_at FROM partners ORDER BY code",
    "SELECT n.code, n.name, p.code, n.status, n.status_since, n.ttl_seconds, n.absolute_ttl_seconds, n.slides, n.session_cap,
         n.api_key_max_age_days, n.epoch, n.created_at, n.updated_at
     FROM tenants n LEFT JOIN partners p ON p.number = n.partner_number ORDER BY n.code",
    "SELECT u.username, u.display_name, u.status, u.status_since, n.code, u.role, u.is_operator, u.session_cap,
         u.password_hash IS NOT NULL, u.created_at, u.updated_at
     FROM users u LEFT JOIN tenants n ON n.number = u.tenant_number ORDER BY u.username",
    "SELECT u.username, e.address, e.status, e.status_since, e.is_primary, e.created_at
     FROM emails e JOIN users u ON u.number = e.user_number ORDER BY e.address",
    "SELECT u.username, n.code, m.role FROM memberships m JOIN users u ON u.number = m.user_number
     JOIN tenants n ON n.number = m.tenant_number ORDER BY u.username, n.code",
    "SELECT a.client_id, a.name, n.code, u.username, a.kind, a.scopes, a.redirect_uris, a.post_logout_redirect_uris,
         a.backchannel_logout_uri, a.resources, a.session_claims, a.origins, a.is_first_party, a.id_token_algorithm, a.is_platform, a.status, a.status_since, a.jwks, a.epoch,
         a.created_at, a.updated_at
     FROM applications a LEFT JOIN tenants n ON n.number = a.tenant_number LEFT JOIN users u ON u.number = a.owner_number
     ORDER BY a.client_id",
    "SELECT scope, epoch, at, reason FROM epoch_moves ORDER BY scope, scope_number, epoch",
];

fn rows(world: &World) -> Vec<Vec<Vec<Option<String>>>> {
    ROWS.iter().map(|sql| world.past().rows(sql)).collect()
}

/// The trail since `from`: what was done to what, and what it says of the change.
fn told(world: &World, from: i64) -> Vec<Vec<Option<String>>> {
    let sql = format!("SELECT action, resource_kind, result, detail FROM audit_log WHERE sequence > {from} ORDER BY sequence");
    let mut told = world.past().rows(&sql);
    for line in &mut told {
        let detail: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line[3].as_ref().unwrap()).unwrap();
        let facts = detail.into_iter().filter(|(name, _)| !name.ends_with("_id"));
        line[3] = Some(serde_json::Value::Object(facts.collect()).to_string());
    }
    told
}

/// The steps as files say them.
fn by_file() -> Vec<DirectoryDocument> {
    let tenants = |tenant| DirectoryDocument { tenants: vec![tenant], ..DirectoryDocument::default() };
    let partners = |name: &str| DirectoryDocument {
        partners: vec![PartnerEntry { code: "north".into(), name: Some(name.into()) }],
        ..DirectoryDocument::default()
    };
    let mut steps = vec![
        partners("North"),
        partners("Far North"),
        tenants(TenantEntry { partner: Some("north".into()), name: Some("New".into()), policy: short(), ..tenant("NEW", None) }),
        tenants(TenantEntry { name: Some("Newer".into()), policy: few_that_stay(), ..tenant("NEW", None) }),
        tenants(tenant("NEW", Some(TenantStatus::Suspended))),
    ];
    steps.extend(users_by_file().map(|user| users(vec![user])));
    steps.extend(applications_by_file().map(|entry| DirectoryDocument { applications: vec![entry], ..DirectoryDocument::default() }));
    steps
}

fn users_by_file() -> [UserEntry; 7] {
    let entry = |username: &str| UserEntry { username: username.into(), ..UserEntry::default() };
    let address = || Some(String::from("z@example.net"));
    [
        UserEntry {
            display_name: Some("Zoe".into()),
            memberships: Some(vec![("BETA".into(), MembershipRole::Owner)]),
            ..user("zoe", Some("ACME"))
        },
        UserEntry {
            display_name: Some("Zoë".into()),
            tenant: Some("BETA".into()),
            role: Some(PlatformRole::TenantAdmin),
            session_cap: Some(64),
            ..entry("zoe")
        },
        UserEntry {
            memberships: Some(vec![("ACME".into(), MembershipRole::Member), ("BETA".into(), MembershipRole::Admin)]),
            ..entry("zoe")
        },
        UserEntry { email: address(), ..entry("zoe") },
        UserEntry { email_status: Some(EmailStatus::Unverified), email: address(), ..entry("zoe") },
        UserEntry { password: Some(Passcode::new(b"Another-horse-8".to_vec())), ..entry("ada") },
        UserEntry { status: Some(UserStatus::Suspended), ..entry("ada") },
    ]
}

/// Everything that an application may register.
fn registered() -> RegistrationChange {
    RegistrationChange {
        kind: Some(ApplicationKind::Web),
        redirect_uris: Some(vec!["https://shop.test/".into()]),
        post_logout_redirect_uris: Some(vec!["https://shop.test/bye".into(), "https://shop.test/".into()]),
        backchannel_logout_uri: Patch::Set("https://shop.test/out".into()),
        resources: Some(vec!["https://api.test".into(), "urn:test:files".into()]),
        session_claims: Some(vec!["tier".into(), "seat".into()]),
        origins: Some(vec!["https://shop.test".into()]),
        is_first_party: Some(true),
        id_token_algorithm: Some(TokenAlgorithm::EdDsa),
    }
}

fn applications_by_file() -> [ApplicationEntry; 3] {
    let bare = ApplicationEntry { client_id: "shop".into(), ..ApplicationEntry::default() };
    let created = ApplicationEntry {
        name: Some("Shop".into()),
        tenant: Some("ACME".into()),
        owner: Some("bob".into()),
        client_secret: Some(ClientSecret::new("shop-secret".into())),
        registration: RegistrationChange { kind: Some(ApplicationKind::Web), ..RegistrationChange::default() },
        ..bare.clone()
    };
    let changed = ApplicationEntry {
        name: Some("Store".into()),
        tenant: Some("BETA".into()),
        owner: Some("cyd".into()),
        scopes: Some(vec!["a".into(), "b".into()]),
        registration: registered(),
        jwks: Some(r#"{"keys":[]}"#.into()),
        platform: Some(true),
        ..bare.clone()
    };
    [created, changed, ApplicationEntry { status: Some(ApplicationStatus::Disabled), ..bare }]
}

/// An administrator who reaches everything, and finds by name what is to be changed.
struct Administration<'w> {
    world: &'w World,
    admin: DirectoryAdmin,
    caller: TokenCaller,
}

impl<'w> Administration<'w> {
    async fn of(world: &'w World) -> Self {
        let root = world.open("root").await;
        let caller = TokenCaller::User(world.caller(&root.secret).await);
        Self { world, admin: caller.directory_admin().unwrap(), caller }
    }

    fn filter(name: &str) -> (DirectoryFilter, PageAsked) {
        (DirectoryFilter { search: Some(name.into()), ..DirectoryFilter::default() }, PageNumber { page: 1, per_page: 10 }.into())
    }

    async fn partner(&self, code: &str) -> PartnerUid {
        let (filter, page) = Self::filter(code);
        let found = self.world.engine.list_partners(&self.caller.directory_reader().unwrap(), filter, page).await;
        found.unwrap().unwrap().rows[0].uid
    }

    async fn tenant(&self, code: &str) -> TenantUid {
        let (filter, page) = Self::filter(code);
        let found = self.world.engine.list_tenants(&self.caller.directory_reader().unwrap(), filter, page).await;
        found.unwrap().unwrap().rows[0].uid
    }

    async fn user(&self, username: &str) -> UserUid {
        let (filter, page) = Self::filter(username);
        let found = self.world.engine.list_users(&self.caller.directory_reader().unwrap(), filter, page).await;
        found.unwrap().unwrap().rows[0].uid
    }

    async fn application(&self, client_id: &str) -> ApplicationUid {
        let (filter, page) = Self::filter(client_id);
        let found = self.world.engine.list_applications(&self.caller.directory_reader().unwrap(), filter, page).await;
        found.unwrap().unwrap().rows[0].uid
    }

    async fn change_tenant(&self, change: TenantChange) {
        let tenant = self.tenant("NEW").await;
        self.world.engine.change_tenant(&self.admin, tenant, change, &RequestOrigin::default()).await.unwrap().unwrap();
    }

    async fn change_user(&self, change: UserChange) {
        let user = self.user("zoe").await;
        self.world.engine.change_user(&self.admin, user, change, &RequestOrigin::default()).await.unwrap().unwrap();
    }

    async fn change_email(&self, change: EmailChange) {
        let user = self.user("zoe").await;
        self.world.engine.change_emails(&self.admin, user, change, &RequestOrigin::default()).await.unwrap().unwrap();
    }

    async fn change_application(&self, change: ApplicationChange) {
        let application = self.application("shop").await;
        self.world.engine.change_application(&self.admin, application, change, &RequestOrigin::default()).await.unwrap().unwrap();
    }

    /// The step of this number of [`by_file`].
    async fn step(&self, step: usize) {
        match step {
            0..5 => self.organisation_step(step).await,
            5..8 => self.user_step(step).await,
            8..12 => self.standing_step(step).await,
            _ => self.application_step(step).await,
        }
    }

    async fn organisation_step(&self, step: usize) {
        let (engine, admin, origin) = (&self.world.engine, &self.admin, RequestOrigin::default());
        match step {
            0 => {
                let new = NewPartner { code: "north".into(), name: Some("North".into()) };
                engine.create_partner(admin, new, &origin).await.unwrap().unwrap();
            }
            1 => {
                let partner = self.partner("north").await;
                engine.rename_partner(admin, partner, Some("Far North".into()), &origin).await.unwrap().unwrap();
            }
            2 => {
                let new = NewTenant {
                    code: "NEW".into(),
                    name: Some("New".into()),
                    partner: Some(self.partner("north").await),
                    status: TenantStatus::Verified,
                    policy: short(),
                };
                engine.create_tenant(admin, new, &origin).await.unwrap().unwrap();
            }
            3 => {
                let policy = few_that_stay().into();
                self.change_tenant(TenantChange { name: Some("Newer".into()), policy, ..no_change_of_a_tenant() }).await;
            }
            _ => self.change_tenant(TenantChange { status: Some(TenantStatus::Suspended), ..no_change_of_a_tenant() }).await,
        }
    }

    async fn user_step(&self, step: usize) {
        match step {
            5 => {
                let new = NewUser {
                    username: "zoe".into(),
                    email: Some((email("zoe"), EmailStatus::Verified)),
                    display_name: Some("Zoe".into()),
                    tenant: Some(self.tenant("ACME").await),
                    memberships: vec![(self.tenant("BETA").await, MembershipRole::Owner)],
                    role: PlatformRole::None,
                    is_operator: false,
                    status: UserStatus::Verified,
                    session_cap: None,
                    password: None,
                    password_is_due: false,
                };
                self.world.engine.create_user(&self.admin, new, None, &RequestOrigin::default()).await.unwrap().unwrap();
            }
            6 => {
                let (display_name, tenant) = (Patch::Set("Zoë".into()), Patch::Set(self.tenant("BETA").await));
                let (role, session_cap) = (Some(PlatformRole::TenantAdmin), Patch::Set(64));
                self.change_user(UserChange { display_name, tenant, role, session_cap, ..no_change_of_a_user() }).await;
            }
            _ => {
                let (acme, beta) = (self.tenant("ACME").await, self.tenant("BETA").await);
                let memberships = Some(vec![(acme, MembershipRole::Member), (beta, MembershipRole::Admin)]);
                self.change_user(UserChange { memberships, ..no_change_of_a_user() }).await;
            }
        }
    }

    /// What a user signs in with, and whether.
    async fn standing_step(&self, step: usize) {
        let (engine, admin, origin) = (&self.world.engine, &self.admin, RequestOrigin::default());
        let address = String::from("z@example.net");
        match step {
            8 => self.change_email(EmailChange::Add { address, status: EmailStatus::Verified, is_primary: true }).await,
            9 => self.change_email(EmailChange::Status { address: SoughtEmail::of(&address), status: EmailStatus::Unverified }).await,
            10 => {
                let (user, password) = (self.user("ada").await, Passcode::new(b"Another-horse-8".to_vec()));
                let reset = PasswordReset { user, password, spared: SparedSessions::None };
                engine.reset_password(admin, reset, &origin).await.unwrap().unwrap();
            }
            _ => {
                let user = self.user("ada").await;
                engine.change_user_status(admin, user, UserStatus::Suspended, &origin).await.unwrap().unwrap();
            }
        }
    }

    async fn application_step(&self, step: usize) {
        match step {
            12 => {
                let new = NewApplication {
                    client_id: "shop".into(),
                    name: Some("Shop".into()),
                    tenant: Some(self.tenant("ACME").await),
                    owner: Some(self.user("bob").await),
                    registration: Registration::default(),
                    scopes: Vec::new(),
                    jwks: None,
                    is_platform: false,
                    status: ApplicationStatus::Active,
                };
                self.world.engine.create_application(&self.admin, new, &RequestOrigin::default()).await.unwrap().unwrap();
            }
            13 => {
                let change = ApplicationChange {
                    name: Some("Store".into()),
                    tenant: Patch::Set(self.tenant("BETA").await),
                    owner: Patch::Set(self.user("cyd").await),
                    scopes: Some(vec!["a".into(), "b".into()]),
                    registration: registered(),
                    jwks: Patch::Set(r#"{"keys":[]}"#.into()),
                    is_platform: Some(true),
                    ..no_change_of_an_application()
                };
                self.change_application(change).await;
            }
            _ => {
                let status = Some(ApplicationStatus::Disabled);
                self.change_application(ApplicationChange { status, ..no_change_of_an_application() }).await;
            }
        }
    }
}

fn short() -> TenantPolicy {
    TenantPolicy { ttl_seconds: Some(600), ..TenantPolicy::default() }
}

fn few_that_stay() -> TenantPolicy {
    TenantPolicy { slides: Some(false), session_cap: Some(40), ..TenantPolicy::default() }
}

fn no_change_of_a_tenant() -> TenantChange {
    TenantChange { name: None, partner: Patch::Keep, status: None, policy: TenantPolicyChange::default() }
}

fn no_change_of_a_user() -> UserChange {
    UserChange {
        display_name: Patch::Keep,
        tenant: Patch::Keep,
        memberships: None,
        role: None,
        is_operator: None,
        session_cap: Patch::Keep,
    }
}

fn no_change_of_an_application() -> ApplicationChange {
    ApplicationChange {
        name: None,
        tenant: Patch::Keep,
        owner: Patch::Keep,
        registration: RegistrationChange::default(),
        scopes: None,
        jwks: Patch::Keep,
        is_platform: None,
        status: None,
    }
}

/// A world with a super administrator, and two users with sessions that fall.
async fn world() -> World {
    let world = World::peopled(Policy::default()).await;
    let root =
        UserEntry { role: Some(PlatformRole::SuperAdmin), password: Some(Passcode::new(b"Rooted-horse-8".to_vec())), ..user("root", None) };
    world.apply(users(vec![root]), false).await;
    world.open("ada").await;
    world
}

#[tokio::test]
async fn a_file_and_an_administrator_leave_the_same_rows_and_the_same_trail() {
    let (filed, administered) = (world().await, world().await);
    let administration = Administration::of(&administered).await;
    filed.open("root").await;
    for (step, document) in by_file().into_iter().enumerate() {
        let marks = [&filed, &administered].map(|world| world.count("SELECT max(sequence) FROM audit_log"));
        filed.advance(1);
        administered.advance(1);
        filed.apply(document, true).await;
        administration.step(step).await;
        assert_eq!(rows(&filed), rows(&administered), "step {step}");
        let (by_file, by_hand) = (told(&filed, marks[0]), told(&administered, marks[1]));
        assert!(!by_file.is_empty(), "step {step} changed something");
        assert_eq!(by_file, by_hand, "step {step}");
    }
    let lines = told(&filed, 0).into_iter().filter(|line| line[0].as_ref().unwrap().ends_with(".changed"));
    let named: Vec<_> = lines.map(|line| line[3].as_ref().unwrap().contains("\"changed\"")).collect();
    assert_eq!(named, [true; 5], "what changed of a partner, a tenant, a user (twice) and an application");
}
