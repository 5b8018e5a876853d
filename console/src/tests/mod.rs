//! The console as a browser, a stranger and a program meet it.

mod access;
mod account;
mod api;
mod docs;
mod file;
mod once;
mod pages;
mod queries;
mod sandbox;
mod scene;
mod staff;
mod texts;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use bot_core::chat::{ChatKey, Lang, MemberRole, UserInfo, UserKey};
use bot_core::clock::{Clock as _, VirtualClock};
use bot_core::features::FeatureConfig;
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::ids::StaffId;
use bot_core::roster::{Role, Staff};
use bot_core::store::{Db, people};
use guildhall_sandbox::{Profile, World};
use rand::SeedableRng as _;
use tower::ServiceExt as _;

use crate::{Console, Parts, PasswordCost, Running, Settings};

/// 2026-11-21 08:00 UTC.
const START_MS: i64 = 1_795_248_000_000;
const HOST: &str = "hall.test";
/// Passwords that take no time.
const CHEAP: PasswordCost = PasswordCost { memory_kib: 8, passes: 1, lanes: 1 };

/// A console over a fresh hall and a world with the group "Sellers", in which Lin and Wen are.
struct Web {
    console: Console,
    router: Router,
    world: World,
    clock: Arc<VirtualClock>,
    _folders: [Option<tempfile::TempDir>; 2],
}

/// Somebody with a browser.
#[derive(Clone, Default)]
struct Browser {
    cookie: String,
    csrf: String,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn cookie(&self) -> Option<&str> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().unwrap();
        set.split(';').next()
    }
}

async fn web() -> Web {
    web_at("http://hall.test").await
}

async fn web_at(public_url: &str) -> Web {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("t.sqlite").display())).await.unwrap();
    db.migrate().await.unwrap();
    web_over(db, Some(folder), public_url).await
}

/// Runs a test on a fresh SQLite database, and on a fresh PostgreSQL database where its server programs are.
fn on_both(test: impl AsyncFn(&Web)) {
    on_both_in(&FeatureConfig::default(), test);
}

/// The same, in a house with these settings.
fn on_both_in(config: &FeatureConfig, test: impl AsyncFn(&Web)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let settings = || Settings { passwords: CHEAP, ..Settings::default() };
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&format!("sqlite:{}", folder.path().join("t.sqlite").display())).await.unwrap();
        db.migrate().await.unwrap();
        test(&web_in(db, Some(folder), "http://hall.test", settings(), config.clone()).await).await;
    });
    if let Some(cluster) = throwaway_postgres::cluster() {
        static TEMPLATE: OnceLock<throwaway_postgres::Database> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let empty = cluster.fresh_database(None);
            runtime.block_on(async {
                let db = Db::open(empty.url()).await.unwrap();
                db.migrate().await.unwrap();
                db.close().await;
            });
            empty
        });
        let database = cluster.fresh_database(Some(template));
        runtime.block_on(async {
            let db = Db::open(database.url()).await.unwrap();
            let web = web_in(db, None, "http://hall.test", settings(), config.clone()).await;
            test(&web).await;
            web.console.hall.db.close().await;
        });
    }
}

async fn web_over(db: Db, folder: Option<tempfile::TempDir>, public_url: &str) -> Web {
    web_with(db, folder, public_url, Settings { passwords: CHEAP, ..Settings::default() }).await
}

async fn web_with(db: Db, folder: Option<tempfile::TempDir>, public_url: &str, settings: Settings) -> Web {
    web_in(db, folder, public_url, settings, FeatureConfig::default()).await
}

async fn web_in(
    db: Db,
    folder: Option<tempfile::TempDir>,
    public_url: &str,
    settings: Settings,
    config: FeatureConfig,
) -> Web {
    let clock = Arc::new(VirtualClock::at(START_MS));
    let files = tempfile::tempdir().unwrap();
    let hall = Hall::open(HallParts {
        db,
        files: FileStore::new(files.path().join("files"), 1 << 20),
        clock: Arc::clone(&clock) as _,
        rng: rand::rngs::StdRng::seed_from_u64(7),
        default_lang: Lang::En,
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        public_url: public_url.into(),
        features: bot_core::features::all(config),
    })
    .await
    .unwrap();
    let world = World::in_memory("sandbox".into(), Arc::clone(&clock) as _, Profile::sandbox());
    for (key, name) in [("lin", "Lin"), ("wen", "Wen")] {
        world.add_user(user(key, name)).unwrap();
    }
    let members = [(UserKey::from("lin"), MemberRole::Member), (UserKey::from("wen"), MemberRole::Admin)];
    world.create_group("sellers", "Sellers", &members).unwrap();
    let console = Console::new(Parts {
        hall,
        world: Some(world.clone()),
        settings,
        metrics: None,
        running: Running::default(),
        shown: pages::setting::some(),
    });
    Web { router: crate::router(&console), console, world, clock, _folders: [folder, Some(files)] }
}

fn user(key: &str, name: &str) -> UserInfo {
    UserInfo {
        key: key.into(),
        name: name.into(),
        username: Some(key.into()),
        language: Some("en".into()),
        is_bot: false,
    }
}

fn group() -> ChatKey {
    "sellers".into()
}

impl Web {
    async fn staff(&self, role: Role) -> StaffId {
        let id = StaffId(format!("staff-{}", role.word()));
        let staff = Staff { id: id.clone(), name: role.word().into(), person: None, roles: [role].into() };
        let mut work = self.console.hall.begin().await.unwrap();
        people::add_staff(work.tx().await.unwrap(), &staff, self.clock.now_ms()).await.unwrap();
        work.roster_changed();
        work.commit().await.unwrap();
        id
    }

    /// The path of a fresh sign-in link.
    async fn link(&self, staff: &StaffId) -> String {
        let link = crate::sign_in_link(&self.console.hall, None, staff, 60_000).await.unwrap();
        link.strip_prefix(&self.console.hall.public_url).unwrap().to_owned()
    }

    /// A browser in which somebody of this role has just signed in.
    async fn browser(&self, role: Role) -> Browser {
        let staff = self.staff(role).await;
        let answer = self.open(&Browser::default(), &self.link(&staff).await).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let cookie = answer.cookie().unwrap().to_owned();
        let secret = cookie.split_once('=').unwrap().1.split_once('.').unwrap().0;
        Browser { csrf: crate::secret::csrf(secret), cookie }
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 32 * 1024 * 1024).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// How a page answers; it may be one that never ends.
    async fn glance(&self, browser: &Browser, path: &str) -> StatusCode {
        let request = self.request(browser, Method::GET, path).body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap().status()
    }

    fn request(&self, browser: &Browser, method: Method, path: &str) -> axum::http::request::Builder {
        let builder = Request::builder().method(method).uri(path).header(header::HOST, HOST);
        if browser.cookie.is_empty() { builder } else { builder.header(header::COOKIE, &browser.cookie) }
    }

    /// What a program or a link preview gets.
    async fn get(&self, browser: &Browser, path: &str) -> Answer {
        self.ask(self.request(browser, Method::GET, path).body(Body::empty()).unwrap()).await
    }

    /// What a person gets who opens a page.
    async fn open(&self, browser: &Browser, path: &str) -> Answer {
        let request = self
            .request(browser, Method::GET, path)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// A form that is sent from one of our pages.
    async fn post(&self, browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields = [&[("csrf", browser.csrf.as_str())], fields].concat();
        self.post_bare(browser, path, &fields, "http://hall.test").await
    }

    async fn post_bare(
        &self,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &str)],
        origin: &str,
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .request(browser, Method::POST, path)
            .header(header::ORIGIN, origin)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// A form with a file that is sent from one of our pages.
    async fn upload(&self, browser: &Browser, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        self.upload_bytes(browser, path, &fields, file).await
    }

    /// The same, whatever the fields hold.
    async fn upload_bytes(
        &self,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &[u8])],
        file: &[u8],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
            body.extend_from_slice(&[head.as_bytes(), value, b"\r\n"].concat());
        }
        let head = "--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = self
            .request(browser, Method::POST, path)
            .header(header::ORIGIN, "http://hall.test")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }
}
