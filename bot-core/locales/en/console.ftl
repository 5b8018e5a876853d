# The web console.

console-skip = Skip to the page
console-menu = Menu
console-rail = Places
console-place-overview = Overview
console-place-sandbox = Sandbox
console-other-language = 中文
    .tag = zh-CN
console-theme-title = Change the look: like the system, light, dark
console-theme-auto = Auto
console-theme-light = Light
console-theme-dark = Dark
console-sign-out = Sign out
console-back-home = To the overview
console-private-chat = Private chat
console-all = All

console-sign-in = Sign in
console-sign-in-how = You come in through a link that is good once. Whoever runs Guildhall makes it in a shell:
console-sign-in-name = YOUR-NAME
console-sign-in-why = The link is yours alone for a few minutes. There are no passwords to forget or to lose.
console-link-spent = This link was used before or is too old. Ask for a new one.
console-enter-words = This link signs you in, once.
console-enter = Sign me in

console-fault-title = That did not work
console-fault-not-found = There is nothing at this address. It may have been moved or put away.
console-fault-nobody = You are not signed in, or your session is over. Sign in again; what you typed is kept in this tab.
console-fault-forbidden = Your role does not allow this. An admin can change roles.
console-fault-foreign = This request did not come from one of our pages, so nothing was done.
console-fault-stale = This page is from a session that is over, so nothing was done. Reload it and try again.
console-fault-unreadable = What was sent cannot be read. Nothing was done.
console-fault-too-large = This is too large: 8 MB are allowed. Nothing was done.
console-fault-internal = Something is wrong on our side. Nothing was changed; it is in the log. Try again in a moment.

console-ago-now = just now
console-ago-minutes = { $n } min ago
console-ago-hours = { $n } h ago
console-ago-days = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
console-span-minutes = { $n } min
console-span-hours = { $n } h
console-span-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}

console-role-admin = Admin
console-role-ops = Ops
console-role-moderator = Moderator
console-role-support = Support
console-role-engineer = Engineer
console-role-auditor = Auditor

console-overview-title = What needs a person now
console-waiting-unknown = { $n ->
    [one] message without an answer from its platform
   *[other] messages without an answer from their platform
}
console-waiting-failed = { $n ->
    [one] event that nothing could read
   *[other] events that nothing could read
}
console-queues = On its way
console-lane = Lane
console-lane-urgent = Moderation
console-lane-talk = Replies and tickets
console-lane-bulk = Announcements and pushes
console-queued = Waiting
console-leased = Being sent
console-unknown = No answer
console-accounts = Accounts
console-accounts-none = No account is configured.
console-account = Account
console-account-connected = Connected
console-account-off = Not connected

console-outbox = Sent, and no answer
console-outbox-about = The platform never said whether these arrived. Look in the chat; send again what is missing. What did arrive would then be there twice.
console-outbox-none = Everything that was sent was answered.
console-outbox-settled = This was answered or sent again meanwhile.
console-send-again = Send again
console-when = When
console-where = Where
console-what = What
console-why = Why
console-failed = Events that nothing could read
console-failed-about = Something is wrong with the program or its data. The events are kept here; nothing else was stopped by them.
console-failed-none = Every event was understood.
console-failed-event = The event
console-put-away = Put away

console-action-send = Send a message
console-action-edit = Change a message
console-action-delete = Delete messages
console-action-pin = Pin a message
console-action-unpin = Unpin a message
console-action-mute = Mute
console-action-unmute = Lift a mute
console-action-kick = Remove from the group
console-action-ban = Ban
console-action-unban = Lift a ban
console-action-open-thread = Open a topic
console-action-rename-thread = Rename a topic
console-action-close-thread = Close a topic
console-action-reopen-thread = Reopen a topic
console-action-answer-press = Answer a press
console-action-show-form = Show a form
console-action-drop-form = Take a form away
console-action-other = Action “{ $kind }”
