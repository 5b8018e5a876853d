//! Audiences as staff type them, right and wrong.

use super::*;

fn known() -> Vocabulary {
    let words = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    Vocabulary {
        groups: [
            ("g1", "皇冠商家群"),
            ("g2", "Cross-border Sellers"),
            ("g3", "New People Group"),
            ("g4", "Crown"),
            ("g5", "Cross-border Sellers EU"),
        ]
        .map(|(id, title)| (id.into(), title.to_owned()))
        .to_vec(),
        tiers: words(&["crown", "diamond", "heart"]),
        categories: words(&["apparel", "home & garden"]),
        tags: words(&["vip", "cross-border"]),
        platforms: words(&["Discord", "QQ", "Telegram"]),
        activities: [5, 12].map(|no| (ActivityNo(no), Wording::default())).to_vec(),
    }
}

fn read(line: &str) -> Result<String, String> {
    let join = |names: &[String]| names.join("+");
    parse(line, &known())
        .map(|found| {
            let groups: Vec<String> = found.groups.iter().map(ToString::to_string).collect();
            let to = if found.to == To::Groups { "groups" } else { "people" };
            format!(
                "{to} g:{} t:{} c:{} #:{}",
                groups.join("+"),
                join(&found.tiers),
                join(&found.categories),
                join(&found.tags)
            ) + &narrowed(&found)
        })
        .map_err(|error| error.key.into_owned())
}

fn narrowed(found: &Audience) -> String {
    let langs = found.langs.iter().map(|lang| format!(" l:{}", lang.word()));
    let platforms = found.platforms.iter().map(|name| format!(" p:{name}"));
    let activities = found.activities.iter().map(|no| format!(" {no}"));
    langs.chain(platforms).chain(activities).collect()
}

#[test]
fn languages_platforms_and_activities_narrow_it_down() {
    for (line, found) in [
        ("all groups language Chinese", "groups g: t: c: #: l:zh"),
        ("全部群 语言：中文、英文 平台 QQ", "groups g: t: c: #: l:zh l:en p:QQ"),
        ("language zh", "groups g: t: c: #: l:zh"),
        ("everyone platform telegram, qq", "people g: t: c: #: p:Telegram p:QQ"),
        ("tier crown platform qq", "people g: t:crown c: #: p:QQ"),
        ("activity E-5", "people g: t: c: #: E-5"),
        ("活动 e12、5 等级 皇冠", "people g: t:crown c: #: E-12 E-5"),
        ("to groups activity 5 language en", "groups g: t: c: #: l:en E-5"),
        ("platform qq 皇冠商家群", "groups g:g1 t: c: #: p:QQ"),
    ] {
        assert_eq!(read(line).as_deref(), Ok(found), "{line}");
    }
    let near = |line: &str| {
        let error = parse(line, &known()).unwrap_err();
        (error.key.into_owned(), error.args.get("near").cloned())
    };
    assert_eq!(near("platform telegramm"), ("segment-unknown-near".into(), Some("Telegram".into())));
    assert_eq!(near("language Chinees"), ("segment-unknown-near".into(), Some("Chinese".into())));
    assert_eq!(near("activity E-6"), ("segment-unknown-near".into(), Some("E-5".into())));
    assert_eq!(near("platform Slack").0, "segment-unknown");
    assert_eq!(near("language"), ("segment-names-missing".into(), None));
}

#[test]
fn audiences_are_read_as_staff_type_them() {
    for (line, found) in [
        ("all groups", "groups g: t: c: #:"),
        ("全部群", "groups g: t: c: #:"),
        ("group 皇冠商家群", "groups g:g1 t: c: #:"),
        ("皇冠商家群", "groups g:g1 t: c: #:"),
        ("groups: 皇冠商家群, cross-border sellers", "groups g:g1+g2 t: c: #:"),
        ("group Cross-border Sellers EU", "groups g:g5 t: c: #:"),
        ("group New People Group", "groups g:g3 t: c: #:"),
        ("群 “皇冠商家群”", "groups g:g1 t: c: #:"),
        ("tier crown,diamond category apparel tag vip", "people g: t:crown+diamond c:apparel #:vip"),
        ("tier crown diamond, crown", "people g: t:crown+diamond c: #:"),
        ("等级：皇冠、钻石 类目：home & garden", "people g: t:crown+diamond c:home & garden #:"),
        ("tier=newcomer", "people g: t:none c: #:"),
        ("everyone", "people g: t: c: #:"),
        ("people of group 皇冠商家群", "people g:g1 t: c: #:"),
        ("to groups with tier heart", "groups g: t:heart c: #:"),
        ("tag cross-border 皇冠商家群", "people g:g1 t: c: #:cross-border"),
        ("apparel", "people g: t: c:apparel #:"),
        ("group Crown tier Crown", "people g:g4 t:crown c: #:"),
    ] {
        assert_eq!(read(line).as_deref(), Ok(found), "{line}");
    }
}

#[test]
fn what_is_not_known_is_named_with_the_nearest_name() {
    let near = |line: &str| {
        let error = parse(line, &known()).unwrap_err();
        (error.key.into_owned(), error.args.get("near").cloned())
    };
    assert_eq!(near("group 皇冠群"), ("segment-unknown-near".into(), Some("皇冠商家群".into())));
    assert_eq!(
        near("group cross border sellers tier crown"),
        ("segment-unknown-near".into(), Some("Cross-border Sellers".into()))
    );
    assert_eq!(near("tier crwon"), ("segment-unknown-near".into(), Some("crown".into())));
    assert_eq!(near("all grups"), ("segment-unknown-near".into(), Some("groups".into())));
    assert_eq!(near("tag zzzzzz"), ("segment-unknown".into(), None));
    assert_eq!(near("group \"皇冠\""), ("segment-unknown-near".into(), Some("皇冠商家群".into())));
}

#[test]
fn a_line_that_says_nothing_is_refused() {
    for line in ["", "  ", ",,;", "all", "the of"] {
        assert_eq!(read(line), Err("segment-empty".to_owned()), "{line:?}");
    }
    for line in ["tier", "tier tag vip", "category:"] {
        assert_eq!(read(line), Err("segment-names-missing".to_owned()), "{line:?}");
    }
}
