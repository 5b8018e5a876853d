//! The statement that finds the recipients of an audience, piece by piece, for both databases.

/// The values of a JSON array of strings that is bound as text.
macro_rules! values {
    (sqlite, $list:literal) => {
        concat!("(SELECT value FROM json_each(", $list, "))")
    };
    (postgres, $list:literal) => {
        concat!("(SELECT jsonb_array_elements_text(", $list, "::text::jsonb))")
    };
}

/// The same of whole numbers.
macro_rules! numbers {
    (sqlite, $list:literal) => {
        concat!("(SELECT CAST(value AS INTEGER) FROM json_each(", $list, "))")
    };
    (postgres, $list:literal) => {
        concat!("(SELECT cast(jsonb_array_elements_text(", $list, "::text::jsonb) AS BIGINT))")
    };
}

/// Whether a merchant `m` fits: $1 tiers, $2 categories, $3 tags.
macro_rules! merchant_fits {
    ($db:ident) => {
        concat!(
            "($1 = '[]' OR m.tier IN ",
            $crate::store::segment::values!($db, "$1"),
            ") AND ($2 = '[]' OR m.category IN ",
            $crate::store::segment::values!($db, "$2"),
            ") ",
            "AND ($3 = '[]' OR EXISTS (SELECT 1 FROM merchant_tag mt WHERE mt.merchant = m.id AND mt.tag IN ",
            $crate::store::segment::values!($db, "$3"),
            "))"
        )
    };
}

/// Whether a person is a member of one of the groups: $4.
macro_rules! in_groups {
    ($db:ident, $person:literal) => {
        concat!(
            "($4 = '[]' OR EXISTS (SELECT 1 FROM chat_member gm JOIN chat_user gu ON gu.id = gm.chat_user WHERE gu.person = ",
            $person,
            " AND gm.chat IN ",
            $crate::store::segment::values!($db, "$4"),
            "))"
        )
    };
}

/// Those who have a place in one of the activities: $9.
macro_rules! signed_up {
    ($db:ident) => {
        concat!(
            "FROM registration e WHERE e.state = 'in' AND e.activity IN ",
            $crate::store::segment::numbers!($db, "$9")
        )
    };
}

/// Every recipient of an audience once, with why they cannot be written to: $1 tiers, $2 categories, $3 tags,
/// $4 groups, $5 accounts that may write first, $6 the default language, $7 languages, $8 accounts, $9 activities,
/// $10 since when what was pushed to a person counts, $11 how much of that is enough (0: nothing is).
///
/// A person with several identities is reached through one: an open direct chat before one that can be opened.
macro_rules! recipients {
    ($db:ident, people) => {
        $crate::store::segment::recipients!($db, people, concat!(
            "SELECT k.person FROM contact k JOIN merchant m ON m.id = k.merchant WHERE ", $crate::store::segment::merchant_fits!($db),
            " AND ", $crate::store::segment::in_groups!($db, "k.person"),
            " AND ($9 = '[]' OR k.person IN (SELECT e.person ", $crate::store::segment::signed_up!($db), ")) ",
            "UNION SELECT e.person ", $crate::store::segment::signed_up!($db), " AND $1 = '[]' AND $2 = '[]' AND $3 = '[]' AND ", $crate::store::segment::in_groups!($db, "e.person")
        ))
    };
    // A page of an audience of tiers and categories, after $12 and of $13: people in their order until it is full, where the statement
    // above goes through all of them first. No use where few are meant, nor where languages or accounts narrow it down afterwards.
    ($db:ident, people, page) => {
        $crate::store::segment::recipients!($db, people, concat!(
            "SELECT p.id AS person FROM person p WHERE p.id > $12 AND EXISTS (SELECT 1 FROM contact k JOIN merchant m ON m.id = k.merchant ",
            "WHERE k.person = p.id AND ", $crate::store::segment::merchant_fits!($db), " AND $4 = '[]' AND $9 = '[]') ORDER BY p.id LIMIT $13"
        ))
    };
    ($db:ident, people, $matched:expr) => {
        concat!(
            "SELECT q.* FROM (WITH matched AS (", $matched, "), ",
            "ways AS (SELECT p.person, u.id AS chat_user, u.account, u.name, u.lang AS own_lang, d.id AS chat, d.lang AS chat_lang, ",
            "CASE WHEN u.id IS NULL THEN 'no_user' WHEN d.reach = 'open' THEN '' ",
            "WHEN coalesce(d.reach, 'untried') = 'untried' AND u.account IN ", $crate::store::segment::values!($db, "$5"), " THEN '' ELSE coalesce(d.reach, 'untried') END AS reason, ",
            "CASE WHEN d.reach = 'open' THEN 0 ELSE 1 END AS untried ",
            "FROM matched p LEFT JOIN chat_user u ON u.person = p.person AND NOT u.is_bot AND ($8 = '[]' OR u.account IN ", $crate::store::segment::values!($db, "$8"), ") ",
            "LEFT JOIN chat d ON d.peer = u.id), ",
            "ranked AS (SELECT w.*, row_number() OVER (PARTITION BY w.person ORDER BY CASE WHEN w.reason = '' THEN w.untried ELSE 2 END, w.chat_user) AS nr FROM ways w) ",
            "SELECT r.person AS recipient, ",
            "coalesce(r.name, (SELECT min(m.name) FROM contact k JOIN merchant m ON m.id = k.merchant WHERE k.person = r.person), '?') AS name, ",
            "r.account, r.chat_user, r.chat, CASE WHEN r.reason <> '' THEN r.reason WHEN EXISTS (SELECT 1 FROM opt_out o WHERE o.person = r.person) THEN 'opted_out' ",
            "WHEN $11 > 0 AND (SELECT count(*) FROM delivery v WHERE v.recipient = r.person AND (v.sent_at_ms > $10 OR v.state IN ('planned', 'queued'))) >= $11 THEN 'capped' END AS reason, ",
            "coalesce(r.own_lang, (SELECT min(o.lang) FROM chat_user o WHERE o.person = r.person), r.chat_lang, ",
            "(SELECT g.lang FROM chat_member gm JOIN chat g ON g.id = gm.chat WHERE gm.chat_user = r.chat_user AND g.lang IS NOT NULL ORDER BY g.id LIMIT 1), cast($6 AS TEXT)) AS lang ",
            "FROM ranked r WHERE r.nr = 1 AND ($8 = '[]' OR r.chat_user IS NOT NULL)) q WHERE ($7 = '[]' OR q.lang IN ", $crate::store::segment::values!($db, "$7"), ")"
        )
    };
    ($db:ident, groups) => {
        concat!(
            "SELECT q.* FROM (SELECT c.id AS recipient, c.title AS name, c.account, cast(NULL AS TEXT) AS chat_user, c.id AS chat, ",
            "CASE WHEN c.reach NOT IN ('open', 'untried') THEN c.reach WHEN c.purpose <> 'community' THEN 'idle' END AS reason, ",
            "coalesce(c.lang, cast($6 AS TEXT)) AS lang FROM chat c ",
            "WHERE c.kind <> 'direct' AND (($4 = '[]' AND c.purpose = 'community') OR c.id IN ", $crate::store::segment::values!($db, "$4"), ") ",
            "AND ($8 = '[]' OR c.account IN ", $crate::store::segment::values!($db, "$8"), ") ",
            "AND cast($5 AS TEXT) IS NOT NULL AND cast($10 AS BIGINT) IS NOT NULL AND cast($11 AS BIGINT) IS NOT NULL AND (($1 = '[]' AND $2 = '[]' AND $3 = '[]' AND $9 = '[]') OR EXISTS (SELECT 1 FROM chat_member gm ",
            "JOIN chat_user gu ON gu.id = gm.chat_user WHERE gm.chat = c.id ",
            "AND ($9 = '[]' OR gu.person IN (SELECT e.person ", $crate::store::segment::signed_up!($db), ")) ",
            "AND (($1 = '[]' AND $2 = '[]' AND $3 = '[]') OR EXISTS (SELECT 1 FROM contact k JOIN merchant m ON m.id = k.merchant WHERE k.person = gu.person AND ",
            $crate::store::segment::merchant_fits!($db), "))))) q WHERE ($7 = '[]' OR q.lang IN ", $crate::store::segment::values!($db, "$7"), ")"
        )
    };
}

/// A statement over the recipients of an audience, `r`, for the database and the sort of audience at hand.
macro_rules! over_recipients {
    ($db:expr, $to:expr, $head:literal, $tail:literal) => {{
        use $crate::features::segment::To;
        use $crate::store::DbKind;
        match ($db, $to) {
            (DbKind::Sqlite, To::People) => {
                concat!($head, "(", $crate::store::segment::recipients!(sqlite, people), ") r ", $tail)
            }
            (DbKind::Sqlite, To::Groups) => {
                concat!($head, "(", $crate::store::segment::recipients!(sqlite, groups), ") r ", $tail)
            }
            (DbKind::Postgres, To::People) => {
                concat!($head, "(", $crate::store::segment::recipients!(postgres, people), ") r ", $tail)
            }
            (DbKind::Postgres, To::Groups) => {
                concat!($head, "(", $crate::store::segment::recipients!(postgres, groups), ") r ", $tail)
            }
        }
    }};
}

/// Binds $1 to $11 of a statement over recipients.
macro_rules! bind_filter {
    ($query:expr, $bound:expr) => {
        $query
            .bind(&$bound.tiers)
            .bind(&$bound.categories)
            .bind(&$bound.tags)
            .bind(&$bound.groups)
            .bind(&$bound.write_first)
            .bind($bound.default_lang)
            .bind(&$bound.langs)
            .bind(&$bound.accounts)
            .bind(&$bound.activities)
            .bind($bound.cap_since_ms)
            .bind($bound.cap)
    };
}

pub(crate) use {
    bind_filter, in_groups, merchant_fits, numbers, over_recipients, recipients, signed_up, values,
};
