//! Events a second through intake, decisions and commit, beside a bare loop of batched inserts on the same file.

use std::sync::Arc;
use std::time::Instant;

use bot_core::chat::{
    AccountId, ChatInfo, ChatKind, Content, Event, EventBody, Lang, MemberRole, MessageEvent, Sender,
    UserInfo,
};
use bot_core::clock::SystemClock;
use bot_core::directory::Purpose;
use bot_core::files::FileStore;
use bot_core::hall::{Hall, HallParts};
use bot_core::intake::Intake;
use bot_core::store::answer::{self, Article, ArticleState, ArticleText};
use bot_core::store::{Db, chat, moderation};
use rand::SeedableRng as _;

use crate::p50_p99;

const BATCH: usize = 512;
const EVENTS: usize = 10_240;
const ROUNDS: usize = 5;
const SINGLES: usize = 2_000;
const PEOPLE: usize = 2_000;
/// The time between two messages by the platform's clock: a busy hour, and no flood.
const PACE_MS: i64 = 20_000;

/// What merchants say, two clauses at a time, so that no two hundred messages in a row say the same: that would be a
/// flood, and acted on.
const TALK: [[&str; 12]; 2] = [
    [
        "早上好，今天的订单已经全部发货了",
        "我们店主营女装和配饰",
        "最近春装走得不错",
        "仓库那边说要等到周四才能入库",
        "昨天的直播来了三百多人",
        "物流今天慢了半天",
        "大家库存备得怎么样了",
        "新换的包装客户反馈很好",
        "谢谢，已经解决了",
        "退货率比上个月低了两个点",
        "详情页改完转化好多了",
        "这批货的颜色和图片差不多",
    ],
    [
        "Morning all, orders from the weekend are packed",
        "the courier lost two parcels last week and the claim took nine days",
        "our spring colours sell better than expected",
        "thanks, that solved it for us",
        "the new boxes arrive on Thursday",
        "we had three hundred viewers in the stream yesterday",
        "returns are down two points since we changed the photos",
        "keep your receipts and file early",
        "the warehouse is closed until noon",
        "I moved my listings to the other category",
        "label printing was slow here as well",
        "our supplier raised the minimum again",
    ],
];
/// What they ask.
const QUESTIONS: [&str; 8] = [
    "请问提现一般几天到账？",
    "How long does account verification take?",
    "店铺休假怎么设置？",
    "Can coupons be stacked?",
    "运费模板在哪里改？",
    "Where do I see why my listing was taken down?",
    "海关那边要补材料，找谁？",
    "Is there a fee for changing the shop name?",
];

pub(crate) fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bench.sqlite").display());
    runtime.block_on(async {
        let db = Db::open(&url).await.unwrap();
        db.migrate().await.unwrap();
        put_articles(&db).await;
        let hall = hall(db).await;
        let intake = Intake::new(Arc::clone(&hall));
        warm(&hall, &intake).await;
        let (mut ours, mut bare, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let bare_rate = bare_loop(&hall.db, round).await;
            let our_rate = through_intake(&intake, round).await;
            ratios.push(bare_rate / our_rate);
            ours.push(our_rate);
            bare.push(bare_rate);
        }
        let (ours, bare, ratio) = (p50_p99(ours).0, p50_p99(bare).0, p50_p99(ratios).0);
        println!("intake → decide → commit: {ours:.0} events/s (median of {ROUNDS}, batches of {BATCH}, SQLite, synchronous=FULL)");
        println!("bare loop of batched inserts, same file: {bare:.0} rows/s; ratio bare / ours: {ratio:.2}");
        println!("cases opened about {} messages: {}", EVENTS * ROUNDS, cases(&hall.db).await);
        let (p50, p99) = singles(&intake).await;
        println!("one event alone, to durable decision: p50 {:.0} µs, p99 {:.0} µs", p50 * 1e6, p99 * 1e6);
    });
}

/// The articles of the demo, so that questions are matched as in a hall that is at work.
async fn put_articles(db: &Db) {
    let demo: toml::Table = toml::from_str(include_str!("../../src/demo/data/articles.toml")).unwrap();
    let words = |value: &toml::Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let mut tx = db.write().await.unwrap();
    for entry in demo["article"].as_array().unwrap() {
        let text = |lang: &str| ArticleText {
            title: entry[lang]["title"].as_str().unwrap().to_owned(),
            questions: words(&entry[lang]["questions"]),
            body: entry[lang]["body"].as_str().unwrap().to_owned(),
        };
        let article = Article {
            slug: entry["slug"].as_str().unwrap().to_owned(),
            tags: words(&entry["tags"]),
            state: ArticleState::Live,
            texts: ["en", "zh-CN"].map(|lang| (lang, text(lang))).into(),
        };
        answer::put(&mut tx, &article, 0).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn hall(db: Db) -> Arc<Hall> {
    Hall::open(HallParts {
        db,
        // Nothing of what is measured has files.
        files: FileStore::new("files", 0),
        clock: Arc::new(SystemClock::new(1)),
        rng: rand::rngs::StdRng::seed_from_u64(1),
        default_lang: Lang::En,
        zone: jiff::tz::TimeZone::fixed(jiff::tz::offset(8)),
        public_url: "http://hall.test".into(),
        features: bot_core::features::all(Default::default()),
    })
    .await
    .unwrap()
}

/// Every fourth a question, the others talk in either language.
pub(crate) fn text(round: usize, at: usize) -> String {
    let no = round * EVENTS + at;
    let pick = |salt: usize| (no * 7_919 + salt * 104_729) % 9_973;
    let talk = &TALK[pick(1) % 2];
    let one = talk[pick(2) % talk.len()];
    if no % 4 == 3 {
        return format!("{one}. {} ({no})", QUESTIONS[pick(3) % QUESTIONS.len()]);
    }
    format!("{one}, {} ({no})", talk[pick(4) % talk.len()])
}

fn event(round: usize, at: usize) -> Event {
    let who = at % PEOPLE;
    let user = UserInfo {
        key: format!("u{who}").into(),
        name: format!("Merchant {who}"),
        username: Some(format!("merchant{who}")),
        language: Some("zh-hans".into()),
        is_bot: false,
    };
    let chat = ChatInfo {
        key: format!("g{}", at % 3).into(),
        kind: ChatKind::Group,
        title: format!("Group {}", at % 3),
    };
    let body = EventBody::Message(MessageEvent {
        chat,
        thread: None,
        from: Sender::User { user, role: MemberRole::Member },
        message: format!("m{round}-{at}").into(),
        content: Content::text(text(round, at)),
        reply_to: None,
        forwarded: None,
        press: None,
    });
    Event {
        account: AccountId::from("bench"),
        key: format!("e{round}-{at}").into(),
        at_ms: 1_795_248_000_000 + (round * EVENTS + at) as i64 * PACE_MS,
        body,
    }
}

/// Lets the groups and users be met, and the groups be served.
async fn warm(hall: &Arc<Hall>, intake: &Intake) {
    let events: Vec<Event> = (0..120).map(|at| event(99, at)).collect();
    intake.take(&events).await.unwrap();
    let mut work = hall.begin().await.unwrap();
    let tx = work.tx().await.unwrap();
    for group in 0..3 {
        let met =
            chat::by_key(tx, &AccountId::from("bench"), &format!("g{group}").into()).await.unwrap().unwrap();
        chat::set_purpose(tx, &met.id, Purpose::Community, None).await.unwrap();
    }
    work.commit().await.unwrap();
    hall.directory.forget_all();
    let events: Vec<Event> = (0..PEOPLE).map(|at| event(98, at)).collect();
    intake.take(&events).await.unwrap();
}

async fn through_intake(intake: &Intake, round: usize) -> f64 {
    let batches: Vec<Vec<Event>> = (0..EVENTS / BATCH)
        .map(|batch| (0..BATCH).map(|at| event(round, batch * BATCH + at)).collect())
        .collect();
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    let start = Instant::now();
    for batch in &batches {
        intake.take(batch).await.unwrap();
    }
    EVENTS as f64 / start.elapsed().as_secs_f64()
}

/// The least that any program must do: the same texts into one table, by rows, in batches of the same size.
async fn bare_loop(db: &Db, round: usize) -> f64 {
    let Db::Sqlite { writer, .. } = db else { return 0.0 };
    sqlx::query("CREATE TABLE IF NOT EXISTS bare (id TEXT PRIMARY KEY, chat TEXT, platform_key TEXT, author TEXT, text TEXT, sent_at_ms BIGINT, UNIQUE (chat, platform_key))")
        .execute(writer)
        .await
        .unwrap();
    #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
    let start = Instant::now();
    for batch in 0..EVENTS / BATCH {
        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.unwrap();
        for at in batch * BATCH..(batch + 1) * BATCH {
            sqlx::query("INSERT INTO bare VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(format!("01M{round:05}{at:018}"))
                .bind(format!("01C{:023}", at % 3))
                .bind(format!("m{round}-{at}"))
                .bind(format!("01U{:023}", at % PEOPLE))
                .bind(text(round, at))
                .bind(1_795_248_000_000_i64)
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }
    EVENTS as f64 / start.elapsed().as_secs_f64()
}

async fn cases(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    moderation::count_in(&mut tx, moderation::CaseState::Flagged).await.unwrap()
        + moderation::count_in(&mut tx, moderation::CaseState::Stands).await.unwrap()
}

async fn singles(intake: &Intake) -> (f64, f64) {
    let mut seconds = Vec::with_capacity(SINGLES);
    for at in 0..SINGLES {
        let one = [event(97, at)];
        #[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
        let start = Instant::now();
        intake.take(&one).await.unwrap();
        seconds.push(start.elapsed().as_secs_f64());
    }
    p50_p99(seconds)
}
