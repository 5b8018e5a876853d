//! The pages as they are opened all day.

/// Each with something in it, in the community of so many times.
pub(crate) fn addresses(times: u64) -> Vec<String> {
    let big = times + 1;
    let mut all: Vec<String> = [
        "/",
        "/tickets",
        "/tickets?view=mine",
        "/tickets?view=unclaimed",
        "/tickets?view=waiting",
        "/tickets?view=closed",
        "/tickets?view=all",
        "/tickets/3",
        "/announcements",
        "/announcements/new",
        "/announcements/1",
        "/activities",
        "/activities/1",
        "/activities/new",
        "/calendar",
        "/calendar?view=week",
        "/moderation",
        "/moderation?view=all",
        "/moderation/1",
        "/moderation/policy",
        "/merchants",
        "/merchants?q=Lamps",
        "/merchants?tier=crown",
        "/merchants?tag=vip&category=home",
        "/merchants/m7",
        "/merchants/import",
        "/macros",
        "/knowledge",
        "/knowledge/article-1",
        "/knowledge/article-1/edit",
        "/privacy",
        "/privacy?q=Marta",
        "/search?q=Lamps",
        "/search?q=T-7",
        "/settings",
        "/reports",
        "/reports?by=group",
        "/reports?by=category",
        "/reports?by=tier",
        "/groups",
        "/groups/g1",
        "/account",
        "/staff",
        "/staff/s1",
        "/webhooks",
        "/webhooks/wh1",
        "/audit",
        "/audit?staff=s1",
        "/outbox",
        "/nodes",
        "/failed",
    ]
    .map(str::to_owned)
    .into();
    let last_ticket = times * 100;
    all.push(format!("/tickets/{last_ticket}"));
    for part in ["", "/recipients", "/acknowledged", "/clicks", "?state=rejected"] {
        all.push(format!("/announcements/{big}{part}"));
    }
    all.push(format!("/announcements/{}/edit", times + 2));
    all
}
