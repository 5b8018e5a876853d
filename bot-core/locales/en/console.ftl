# The web console.

console-skip = Skip to the page
console-menu = Menu
console-rail = Places
console-place-overview = Overview
console-place-groups = Groups
console-place-sandbox = Sandbox
console-other-language = 中文
    .tag = zh-CN
console-theme-title = Change the look: like the system, light, dark
console-theme-auto = Auto
console-theme-light = Light
console-theme-dark = Dark
console-sign-out = Sign out
console-back-home = To the overview
console-back = Back to where you were
console-private-chat = Private chat
console-all = All

console-sign-in = Sign in
console-sign-in-how = You come in through a link that is good once. Whoever runs Guildhall makes it in a shell:
console-sign-in-name = YOUR-NAME
console-sign-in-why = Or ask an admin: on the page “Staff” they make one for you. The link is yours alone for a few minutes. A password can be set afterwards on your own page.
console-link-spent = This link was used before or is too old. Ask for a new one.
console-enter-words = This link signs you in, once.
console-enter = Sign in

console-fault-title = That did not work
console-fault-not-found = There is nothing at this address. It may have been moved or put away.
console-fault-nobody = You are not signed in, or your session is over. Sign in again; what you typed is kept in this tab.
console-fault-forbidden = Your role does not allow this. An admin can change roles.
console-fault-foreign = This request did not come from one of our pages, so nothing was done.
console-fault-stale = This page is from a session that is over, so nothing was done. Reload it and try again.
console-fault-unreadable = What was sent cannot be read. Nothing was done.
console-fault-too-large = This is too large: { $most } are allowed. Nothing was done.
console-fault-full = The disk that holds the database is full, so nothing was changed. Whoever runs the server has to free some room; then try again. What is on its way goes on by itself.
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
console-lane-files = Files
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

console-place-tickets = Inbox
console-place-announcements = Announcements
console-place-activities = Activities
console-place-moderation = Moderation
console-place-merchants = Merchants
console-waiting = waiting for a person
console-waiting-tickets = { $n ->
    [one] ticket that nobody has taken
   *[other] tickets that nobody has taken
}
console-waiting-cases = { $n ->
    [one] flagged message to decide on
   *[other] flagged messages to decide on
}
console-private-chat-of = Private chat with { $name }
console-lang-en = English
console-lang-zh = Chinese
console-filter = Narrow down
console-next = Older
console-number = No.
console-who = Who
console-state = State
console-by = By
console-title = Title
console-conversation = Conversation
console-merchant = Merchant
console-merchant-name = Name of the shop
console-seek = Search
console-search-words = Search everything
console-search-about = Merchants, people, tickets, cases, announcements, activities and articles, as far as your role sees them, by words or by a number such as T-12.
console-search-none = Nothing is like “{ $q }”.
console-search-more = The first { $n }; more words find fewer.
console-search-people = People
console-search-tickets = Tickets
console-search-cases = Cases
console-tier = Tier
console-category = Category
console-tags = Tags
console-since = Known since
console-contacts = Who speaks for it
console-contacts-none = Nobody yet. /person links a chat identity to a merchant.
console-contact-role = As
console-merchants-none = There are no merchants yet.
console-merchants-none-such = No shop is like that.
console-merchants-all = Show all
console-merchant-tickets = Tickets
console-merchant-tickets-none = They have asked nothing yet.
console-merchant-cases-none = Nothing is held against them.
console-merchant-groups-none = They are in no group that we know.
console-merchant-received = Announcements, lately
console-merchant-received-none = None of the latest announcements was for them.

console-tickets-open = Open
console-tickets-unclaimed = Nobody's
console-tickets-mine = Mine
console-tickets-waiting = Waiting
console-tickets-closed = Closed
console-tickets-all = All
console-tickets-list = Tickets
console-tickets-choose = Choose a ticket to read and answer it.
console-tickets-none = Nothing here. Tickets come from /ticket, from the button under an answer, or from a reply with /ticket by staff.
console-ticket-owner = Agent
console-ticket-nobody = Nobody yet
console-ticket-opened = Opened
console-ticket-language = Language
console-ticket-origin = From
console-ticket-question = Question
console-ticket-solution = Solution
console-ticket-system = Guildhall
console-ticket-note = Note, colleagues only
console-ticket-files = Send files
console-ticket-files-which = Files, 10 at most
console-ticket-files-words = What to say with them
console-ticket-correct = Correct or take back
console-ticket-correct-do = Correct it
console-ticket-take-back = Take it back
console-ticket-taken-back = taken back
console-ticket-silent = Nothing has been said yet.
console-ticket-words = Your words
console-ticket-no-words = Write something first.
console-ticket-leave-note = Keep the note
console-ticket-claim = Take it
console-ticket-wait = Wait for the merchant
console-ticket-close = Close…
console-ticket-reopen = Open again
console-ticket-new-below = New message below
console-ticket-who = Who this is
console-ticket-waits = waits for an answer:
console-ticket-mode = What you write
console-ticket-mode-reply = Answer to { $name }
console-ticket-mode-note = Note for colleagues
console-ticket-send-to = Send to { $name }
console-ticket-claim-from = Take it over from { $name }
console-ticket-hand = Hand over…
console-ticket-hand-to = To whom
console-ticket-hand-do = Hand it over
console-ticket-no-colleague = Choose a colleague.
console-ticket-solution-for = What solved it, in words that { $name } reads. It may stay empty.
console-ticket-close-do = Close { $no }
console-ticket-may-double = If it did arrive, it will be there twice.
console-ticket-no-shop = Speaks for no shop that we know.
console-ticket-earlier = Other tickets
console-ticket-earlier-none = None.
console-ticket-cases = Moderation cases
console-ticket-cases-none = None.
console-keys = Keys
console-keys-next = Next ticket, previous ticket
console-keys-reply = Write an answer
console-keys-note = Write a note
console-keys-claim = Take the ticket
console-keys-send = Send what you write
console-keys-leave = Leave the field, so that the keys work again
console-keys-show = Show these keys
console-keys-off = Single letters do nothing in this browser
console-keys-close = Close
console-delivery-sent = delivered
console-delivery-not-in-chat = did not surely reach the staff chat
console-delivery-held = waits until the merchant opens the private chat
console-delivery-queued = on its way
console-delivery-rejected = refused by the platform
console-delivery-unknown = no answer from the platform

console-cases-flagged = To decide
console-cases-stand = Standing
console-cases-dismissed = Dismissed
console-cases-undone = Undone
console-cases-all = All
console-cases-none = Nothing here. Messages that a rule flags wait here for a decision.
console-case-uphold = It breaks the rule: delete it, and let the ladder act
console-case-dismiss = Nothing in it
console-case-undo = Undo the case and what followed
console-policy = Policy
console-policy-in-force = version { $version } in force
console-policy-from = Read from { $file }
console-policy-built-in = The policy that comes with Guildhall
console-policy-text = The policy in force
console-policy-your-draft = Your draft
console-policy-anew = Begin again from the policy in force
console-policy-try = Check and try
console-policy-save = Save and put in force
console-policy-download = Download
console-policy-read-only = Moderators can change this text here to try it; you can read it.
console-policy-not-yours = You can try changes here without any effect. Only an admin can save them; the download is the text as it stands here.
console-policy-how-to-save = A trial changes nothing. What you save is checked, written into the file and applies from the next message on. Its version must be higher than the one in force.
console-policy-own-file = The built-in policy cannot be changed. To have one of your own, download this text, put it on the server and name it in the configuration: [moderation] policy_file = "policy.toml". From then on it can be saved here.
console-policy-too-long = This text is longer than can be edited here (1 MiB). Change the file on the server instead; there a policy may have 16 MiB.
console-policy-faults = { $n ->
    [one] There is a fault in this text, so it was not tried. Nothing was changed.
   *[other] There are { $n } faults in this text, so it was not tried. Nothing was changed.
}
console-policy-faults-title = Faults
console-policy-place = Line { $line }, column { $column }
console-policy-place-in = { $file }, line { $line }, column { $column }
console-policy-oddities = { $n ->
    [one] It can be used, but one thing is odd
   *[other] It can be used, but { $n } things are odd
}
console-policy-trial = What it would have done in the last 7 days
console-policy-tried = { $n ->
    [0] Nobody whose messages are judged wrote in a community group.
    [one] Tried on one message of the community groups.
   *[other] Tried on { $n } messages of the community groups.
}
console-policy-cut = There were more messages than are tried at once. These are the latest { $most }, from { $at } on.
console-policy-outcome = Messages
console-policy-outcome-pass = Left alone
console-policy-outcome-flag = Shown to a moderator
console-policy-outcome-act = Acted on
console-policy-today = In force
console-policy-draft = Draft
console-policy-pass-act = { $n } would be acted on (left alone today)
console-policy-flag-act = { $n } would be acted on (only flagged today)
console-policy-pass-flag = { $n } would be flagged (left alone today)
console-policy-act-flag = { $n } would only be flagged (acted on today)
console-policy-act-pass = { $n } would be left alone (acted on today)
console-policy-flag-pass = { $n } would be left alone (flagged today)
console-policy-latest = the latest { $n } are shown
console-policy-no-change = The draft decides every one of these messages as the policy in force does.
console-policy-by-rule = Messages in which each rule counted
console-policy-by-rule-same = Every rule counts as often as it does today.
console-policy-same = { $n ->
    [one] One rule that counts as often as today
   *[other] { $n } rules that count as often as today
}
console-policy-shadow = in shadow
console-policy-rule = Rule
console-policy-cases = Cases
console-policy-decided = What decided in the last 7 days
console-policy-decided-none = No rule opened a case in the last 7 days.
console-policy-quiet = { $n ->
    [one] One rule of the policy opened none.
   *[other] { $n } rules of the policy opened none.
}
console-policy-unknown = A trial does not know what a message said before it was edited, who was staff or a group admin at the time, under which name somebody wrote then (it takes today's), what was forwarded, or what codes in pictures say. It does not know either when members joined or what was written before these 7 days, so rules about new members and about repeated messages may count a little differently. Both policies are tried in the same way.
console-policy-saved = Saved. Version { $version } is in force.

console-announcements-about = Write once, see how each platform will show it, send it, and see each copy arrive.
console-announcements-none = Nothing was announced yet.
console-announcement-cancel = Drop it; nothing has gone out
console-announcement-recall = Take it back…
console-announcement-recall-words = What still waits does not go out. What stands in { $n ->
    [one] { $n } chat
   *[other] { $n } chats
} is deleted; people may have read it. This cannot be undone.
console-announcement-recall-do = { $n ->
    [0] Stop it
    [one] Take it back from { $n } chat
   *[other] Take it back from { $n } chats
}
console-recipient = Recipient
console-copies-all = All
console-copies-none = No copies in this state.
console-copies-not-yet = Nothing has gone out yet. Each recipient is listed here once it has, with what became of their copy.
console-copy-planned = to be sent
console-copy-queued = on its way
console-copy-sent = sent
console-copy-rejected = refused
console-copy-unknown = no answer
console-copy-unreachable = out of reach
console-copy-cancelled = stopped
console-copy-edit-planned = to be edited
console-copy-editing = being edited
console-copy-edited = edited
console-copy-edit-failed = old text stands
console-copy-recall-planned = to be taken back
console-copy-recalling = being taken back
console-copy-recalled = taken back
console-copy-recall-failed = could not be taken back

console-activities-about = Something to join: pushed to an audience, signed up for by button. Also made with /activity in the staff chat.
console-activities-none = There are no activities yet.
console-activity-starts = Begins
console-activity-taken = Signed up
console-activity-close = End sign-up
console-activity-publish = { $n ->
    [one] Push it to 1 recipient now
   *[other] Push it to { $n } recipients now
}
console-activity-change = Change it
console-activity-new = New activity
console-activity-edit = Change activity { $no }
console-activity-back = back to the activity
console-activity-keep = Keep it and look at it
console-activity-keep-help = Nothing goes out yet: it is pushed from its page.
console-activity-wrong = Nothing was kept yet. What is wrong stands under its field.
console-activity-meanwhile = Somebody changed this activity while you wrote, and nothing was kept. Your words are still here; keep them again to put them in place of theirs.
console-activity-times = Times and places
console-activity-zone = in { $zone } time
console-activity-until = Sign-up ends
console-activity-until-help = Empty: at its start.
console-activity-places = Places
console-activity-places-help = Empty or 0: any number. Who comes too late waits, and moves up.
console-activity-starts-example = tomorrow 19:00 · friday 6 pm · 2026-12-12 10:00
console-activity-sight = How it looks
console-activity-changed = It was changed meanwhile, so nothing was done. Go back and see how it is now.
console-seats-in = Signed up: { $n }
console-seats-waiting = On the waiting list: { $n }
console-seats-none = Nobody.
console-seat-untold = could not be told in private

console-place-knowledge = Knowledge
console-gaps = Questions without an answer
console-gaps-about = asked most first; an article for the first of them helps most
console-gaps-none = Every question found its article.
console-gap-asked = Asked
console-gap-nearest = Nearest article
console-gap-last = Last
console-gap-drop = Drop
console-articles = Articles
console-articles-about = figures of the last 30 days
console-articles-none = There are no articles yet.
console-article-draft = draft
console-article-live = answers
console-article-retired = retired
console-article-given = Given
console-article-solved = Solved
console-article-unsolved = Not solved
console-article-retire = Let it answer no more
console-article-go-live = Let it answer
console-article-questions = Questions that it answers
console-article-new = A new article
console-article-edit = Change it
console-article-edit-title = Changing “{ $slug }”
console-article-for = For the question: { $question }
console-article-what = What it is
console-article-slug = Short name
console-article-slug-help = Small letters, digits and hyphens; it stays. Left empty, it is made of the English title.
console-article-tags-help = Between commas.
console-article-body = Answer
console-article-questions-field = Questions that it answers, one a line, as merchants put them
console-article-save = Save
console-article-theirs = As it is now
console-article-look-first = Nothing is saved yet: look at what would come of it, then save.
console-article-slug-needed = Write a short name here: without an English title none can be made.
console-article-taken = There is an article “{ $slug }” already; it stands on the right. Choose another name, or change that one.
console-article-meanwhile = Somebody changed this article while you wrote. What you typed is still in the form, theirs stands beside it; “Save” puts yours in place of theirs.
console-article-gone = This article was taken away while you wrote. What you typed is still in the form.
console-gap-write = Write an article
console-phrasings = What it would answer
console-phrasings-about = “Look at it” tries each of the questions: whether this article would answer it, or another one comes nearer.
console-phrasings-none = No question stands here yet; the article would be found by its title and text alone.
console-phrasings-sums = Of { $all } questions this article would answer { $own }, and another one { $others }.
console-phrasings-idle = In this state it answers nothing; this is how it would be if it answered.
console-phrasing-own = this article answers
console-phrasing-other = another article answers
console-phrasing-nearer = Nearer:

console-day = Today so far
console-day-about = against the same day last week, until the same time of day
console-day-today = Today
console-day-then = A week ago
console-day-answered = Questions that the bot answered
console-day-unanswered = Questions without an answer
console-day-tickets-opened = Tickets opened
console-day-tickets-closed = Tickets closed
console-day-cases = Moderation cases
console-day-signed-up = Sign-ups for activities

console-groups-none = The bot is in no group yet. Add it to one and make it an administrator there; it appears here at once.
console-group-requests = Waiting to be let in
console-group-purpose = Used as
console-group-lang = Language
console-group-health = Health
console-group-held = Now
console-group-well = Nothing is missing
console-group-gone = The bot is not in this group any more.
console-group-locked = Locked until { $until }
console-group-slow = Slow mode: one message every { $every }
console-group-each-reader = each reader's own
console-group-settings = What this group is
console-group-for = For
console-group-why = Reason, shown in the group
console-group-lock = Lock
console-group-move = Move the end
console-group-unlock = Open now
console-group-lock-about = While a group is locked, only its admins can write. It opens by itself when the time is over; private chats with the bot and tickets go on.
console-group-every = One message every
console-group-slow-on = Switch on
console-group-slow-off = Switch off
console-group-shows = Beside the names of merchants
console-group-save = Save

console-place-audit = Audit
console-audit-anybody = Anybody
console-audit-program = The program or the command line
console-audit-who = By
console-audit-act = Action
console-audit-object = Object
console-audit-from = From day
console-audit-until = To day
console-audit-detail = Detail
console-audit-place = Row
console-audit-hash = Hash
console-audit-csv = Download CSV
console-audit-none = No such action. Everything that staff do, here and in chats, is written down on this page.
console-audit-chain = The end of the log
console-audit-chain-about = Each row is sealed with the one before it. Keep the line below outside of this machine: with it, “guildhall audit verify --head” shows later whether rows were changed, removed, put in or cut off.

console-sheet-too-large = The file is larger than { $most }. Cut it into several.
console-sheet-too-long = The file has more than { $n } rows. Cut it into several.
console-sheet-empty = The file has no rows.
console-sheet-unreadable = This is no CSV file that can be read. Save the table as CSV and try again.
console-import = Import merchants
console-import-choose = Choose a file
console-import-file = CSV file
console-import-look = Show what would happen
console-import-about = Nothing is changed before you have seen what becomes of each row. A table looks like this:
console-import-example =
    name,category,tier,tags,zone
    North Pier,home,diamond,"live, eu",Europe/Berlin
    Silk House,apparel,crown,,
console-import-rules = A merchant is found by its id, if there is such a column, or by its exact name; who is not found is added. An empty cell changes nothing. Comma, semicolon or tab; UTF-8 or what Excel saves in China; { $rows } rows and { $most } at most. A zone is an IANA name, such as Asia/Shanghai.
console-import-summary = { $new } new, { $changed } changed, { $unchanged } unchanged, { $refused } refused
console-import-new = New: { $n }
console-import-changed = Changed: { $n }
console-import-unchanged = Unchanged: { $n }
console-import-refused = Refused: { $n }
console-import-unused = Columns that are not used: { $names }
console-import-column-twice = The column “{ $name }” stands there twice, perhaps in other words.
console-import-no-columns = The first line names no column that is known. One must be name or id; others are category, tier, tags and zone.
console-import-line = Line
console-import-fate = What happens
console-import-run = Do exactly this
console-import-nothing = There is nothing to do.
console-import-other = Another file
console-import-moved = Merchants changed since you looked, so nothing was done. This is what would happen now.
console-import-done = Done: { $new } new, { $changed } changed.

console-place-reports = Reports
console-report-week = { $from } to { $until }
console-report-running = This week is not over.
console-report-earlier = Week before
console-report-later = Week after
console-report-choose = Week, from Monday
console-report-show = Show
console-report-xlsx = Download for Excel
console-report-this = Week shown
console-report-then = Week before
console-report-none = Your role sees none of these figures. An admin can change roles.
console-report-about = A week begins on Monday. Answers are counted to the week in which their ticket was opened. Median: half of the times are no longer; nine in ten: 90% are no longer. What somebody has read is told by no platform: “Got it” and counted links stand for it where they were asked for.
console-report-section = Part
console-report-figure = Figure
console-report-minutes = , minutes
console-report-opened = Tickets opened
console-report-answered = … of which staff answered
console-report-solved = Tickets closed
console-report-reply = First answer, median
console-report-reply-90 = First answer, nine in ten
console-report-taken = From opening to closing, median
console-report-taken-90 = From opening to closing, nine in ten
console-report-asked = Questions asked
console-report-helped = … that helped, says who asked
console-report-helped-not = … that did not help
console-report-withdrawn = … dismissed or undone
console-report-rule = { $title } ({ $rule })
console-report-by-hand = Opened by people
console-report-announced = Announcements sent
console-report-organised = Activities opened
console-report-recipients = Recipients
console-report-reached = Reached
console-report-joined = Signed up
console-report-waiting = Waiting
console-share-whole = Everything
console-share-by-group = By group
console-share-by-category = By category
console-share-by-tier = By tier
console-share-beside = the week shown, and the change against the week before
console-share-none = Nothing of these weeks is to be told apart.
console-share-no-group = No group
console-share-no-merchant = No merchant
console-share-about-group = What happened in a private chat or in the staff chat is of no group; a ticket is of the group in which it was asked, a sign-up of the one in which somebody pressed.
console-share-about-merchant = By the merchants for whom somebody speaks, as they are now; who speaks for several counts in each of their categories and tiers, so columns may add up to more than the whole. What went to groups, and people who speak for nobody, is of no merchant.
console-share-more = { $n } more stand in the download.
console-share-counted = These were counted at { $when }; they are counted anew after a minute. The download always is of now.
console-share-part = { $by }: { $name }
console-share-before = { $figure }, week before
console-share-change = { $figure }, change
console-share-asked = Questions
console-share-answered = Answered by the bot
console-share-helped = Solved by it
console-share-opened = Tickets
console-share-reply = First answer, median
console-share-closed = Tickets closed
console-share-taken = Resolution, median
console-share-cases = Cases
console-share-copies = Copies
console-share-reached = Reached
console-share-read = Pressed “Got it”
console-share-clicked = Opened a link
console-share-joined = Signed up

console-compose-new = New announcement
console-compose-begin = Write an announcement
console-compose-title = Announcement { $no }
console-compose-write-on = Go on writing
console-compose-text = Text
console-compose-text-help = One language is enough; who reads the other gets this one.
console-compose-body = Text
console-compose-audience = Who gets it
console-compose-audience-example = all groups
console-compose-audience-help = In words: all groups · group NAME, NAME · to groups tier crown · tier crown, diamond category apparel tag vip · people of group NAME · everyone. Groups read it in the chat; people get it in private.
console-compose-pick = Choose from what there is
console-compose-pick-groups = Groups
console-compose-pick-langs = Language
console-compose-pick-platforms = Platform
console-compose-pick-activities = Signed up for
console-compose-pick-help = Of one list, any of those ticked counts; of several lists, all have to fit. Nothing ticked means everybody.
console-compose-pick-do = Put it into the sentence
console-compose-to-groups = Groups, in the chat
console-compose-to-people = People, in private
console-compose-when = When
console-compose-when-example = empty: when you press the button
console-compose-when-help = Such as 18:00, tomorrow 9:30, friday 6 pm, in 2h or 2026-12-01 18:00, in { $zone } time. With “local” behind it, such as 09:00 local, everybody gets it when their own clock shows that.
console-compose-pin = Pin it, or put it on the group’s board, where that is possible
console-compose-files = Pictures and files
console-compose-files-help = Ten at most. They are checked by what is in them, kept on this server and go out with every copy.
console-compose-drop = Remove
console-compose-drop-named = Remove { $name }
console-compose-file-large = { $name } is larger than { $max } MB.
console-compose-no-picture = { $name } is no picture, though its name says so. It was not taken.
console-compose-pixels = { $name } has { $wide } × { $high } pixels, too many for a picture.
console-compose-look = Look at it
console-compose-saving = Saving…
console-compose-kept = The draft is kept.
console-compose-lost = Not kept
console-compose-preview = How it will look
console-compose-preview-none = Write something and press “Look at it”: here stands how each platform will show it, who gets it and how long it takes. Nothing goes out before you send it.
console-compose-who = Before you send
console-compose-reach = Reaches { $hits }.
console-compose-hits = { $count ->
    [one] 1 chat
   *[other] { $count } chats
} on { $platforms } platforms
console-compose-hits-one = { $count ->
    [one] 1 chat
   *[other] { $count } chats
} on { $platform }
console-compose-chats = { $n ->
    [one] 1 chat
   *[other] { $n } chats
}
console-compose-between = |, |
console-compose-takes = Done about { $length } after it starts. { $platform } takes longest: { $limit }.
console-compose-takes-a-moment = Done within a second or two.
console-compose-waits = { $account } is not connected: { $count } wait until it is.
console-compose-miss = { $count } cannot get it: { $why } ({ $names })
console-compose-recipients = All recipients
console-compose-missed = Who cannot get it
console-compose-nobody = Nobody in this audience can get it.
console-compose-wrong = Something in the form cannot be read yet. It is kept as you typed it; put it right before sending.
console-compose-send = Send now to { $hits }
console-compose-schedule = Send at { $when } to { $hits }
console-compose-test = Send it to myself first
console-compose-tested = Sent to your private chat with the bot. Nobody else got it.
console-compose-direct = In private
console-compose-groups = In groups
console-compose-pinned = Pinned in the chat.
console-compose-board = Put on the group’s board as well.
console-compose-no-pin = It cannot be pinned there.
console-compose-cannot = Nothing of it can be sent there.
console-compose-not-connected = Not connected, so nobody knows yet how it looks there.
console-compose-idle = Nobody of this audience is on { $names }.
console-compose-scheduled = It is scheduled. Whatever you change makes it a draft again, until you schedule it anew.
console-compose-empty = Nothing was written yet, so there is nothing to keep.
console-compose-meanwhile = Somebody changed this announcement while you wrote. What you typed is still in the form, theirs is on the right; “Look at it” puts yours in place of theirs.
console-compose-look-again = You changed something since you looked. It is kept; look at it once more, then send it.
console-compose-no-time = Say when.

console-ledger-progress = { $done } of { $all } done
console-ledger-progress-left = { $done } of { $all } done, about { $left } left
console-ledger-reload = Show how it stands now
console-ledger-platform = Platform
console-ledger-all-platforms = All platforms
console-ledger-account = Account
console-ledger-platform-words = In the platform’s words
console-ledger-messages = Keys of the messages
console-ledger-again = { $n ->
    [one] Send again to the 1 refused
   *[other] Send again to the { $n } refused
}
console-ledger-choose = Choose
console-ledger-choose-named = Choose { $name }
console-ledger-retry = Send again to those chosen
console-ledger-retry-help = No answer came for these; what you send again may arrive twice.
console-ledger-none-chosen = Choose the copies that are to be sent again.
console-recipients-title = Who gets { $no }
console-recipients-all = Everybody
console-recipients-missed = Who cannot get it
console-recipients-none = Nobody.
console-recipients-see = How it looks there
console-recipients-see-named = How it looks there: { $name }
console-correct = Correct the text
console-correct-title = Correct { $no }
console-correct-about = The new text takes the place of the old one in every copy that stands. Copies that a platform split into several messages, or does not let us edit, keep the old text; the ledger says which.
console-correct-do = { $n ->
    [one] Put it in place in 1 chat
   *[other] Put it in place in { $n } chats
}
console-ledger-paused = { $done } of { $all } done; the rest waits until somebody goes on
console-ledger-pause = Pause
console-ledger-resume = Go on
console-ledger-stop = Stop…
console-ledger-stop-words = Whoever has it keeps it; the others never get it. That cannot be undone.
console-ledger-stop-do = { $n ->
    [one] Stop the 1 that waits
   *[other] Stop the { $n } that wait
}

console-place-calendar = Calendar
console-calendar-about = Announcements and activities by the day, in the hall’s own zone (UTC{ $zone }). What has not gone out is moved by dragging it to another day, or by “Move”.
console-calendar-month = { $year }-{ $month }
console-calendar-week = { $first } to { $last }
console-calendar-by-month = Month
console-calendar-by-week = Week
console-calendar-earlier = ← Earlier
console-calendar-today = Today
console-calendar-later = Later →
console-calendar-cut = More stands here than can be shown. Look at it week by week.
console-calendar-move = Move
console-calendar-move-to = New time
console-calendar-moved = Moved.
console-calendar-changed = It was moved, changed or sent since this page was made, so nothing was done. Look at the calendar again.
console-calendar-feed = In your own calendar
console-calendar-feed-about = An address of your own for the calendar on your phone or computer. It shows what stands here, it changes nothing, and whoever has it can read it: give it to nobody. It is good as long as your role may announce.
console-calendar-feed-once = This is your address. It is shown this once; an older one is good no more.
console-calendar-feed-make = Make an address
console-calendar-feed-anew = Make a new address
console-calendar-feed-end = End it
console-calendar-feed-ended = Your address is good no more.
console-day-monday = Mon
console-day-tuesday = Tue
console-day-wednesday = Wed
console-day-thursday = Thu
console-day-friday = Fri
console-day-saturday = Sat
console-day-sunday = Sun

console-approve = The second person
console-approve-proposed = Proposed text
console-approve-do = I have read it: approve
console-approve-about = Your name stands under exactly what this page shows. Whatever is changed afterwards has to be approved again.

console-macros = Macros
console-macros-about = Words that are written often. In an answer, ; and the name put them in; a merchant gets them in the language of the ticket, or in the other one where there is just that.
console-macros-none = There are no macros yet.
console-macro-new = New macro
console-macro-change = Change
console-macro-name = Name, typed after ;
console-macro-body-en = English
console-macro-body-zh = Chinese
console-macro-save = Keep it
console-macro-remove = Remove ;{ $name }
console-macro-insert = Insert a macro…
console-macro-fill = Insert
console-macro-choose = Choose a macro.
console-keys-macro = Within an answer: insert a macro
console-compose-variables-help = { "{merchant}" }, { "{contact}" }, { "{tier}" } and { "{group}" } are filled for each recipient; { "{merchant|friend}" } says what is read where there is none. A brace as such is { "{{" }. A line of its own such as { "[Sign up](https://…)" } is a button that opens the address.
console-compose-reader = Test as (a recipient’s name)
console-compose-ack = Ask readers to press “Got it”
console-ledger-got = Got it
console-ledger-acks = Who pressed “Got it”
console-acks-title = Who has read { $no }
console-acks-none = Nobody has pressed “Got it” yet. Whoever does stands here, each person once.
console-acks-where = Where

console-nodes = Nodes
console-nodes-about = The programs that serve this database side by side. Each account is called for by one of them; the others stand by and take over when it is gone.
console-nodes-none = One program serves this database alone. Several can share one on PostgreSQL.
console-node = Node
console-node-this = (this one)
console-node-holds = Holds
console-node-stands-by = stands by
console-node-beat = Last sign of life
console-node-beat-ago = { $seconds } s ago
console-node-started = Started
console-node-version = Version
console-node-address = Listens at
console-node-free = Held by nobody just now:
console-nodes-link = Who serves: nodes

# Whose clock announcements go by.
console-compose-loud = Send in quiet hours too
console-compose-schedule-local = Send at { $there }, each by their own clock, to { $hits }
console-compose-last = The last of them have it about { $when }
console-merchant-zone = Time zone
console-merchant-zone-help = For example Asia/Shanghai or Europe/Berlin. Announcements keep to the clock there, unless a contact or their group says otherwise. Empty: the hall's.
console-merchant-zone-keep = Keep

# When an announcement's time is over.
console-compose-expires = Expires
console-compose-expires-example = empty: never
console-compose-expires-help = Such as 2026-12-01 18:00 or in 3d. What has not gone out by then never does, pins and notices are taken off, copies stand.
console-calendar-expires = expires

# Counted links.
console-compose-clicks = Count clicks on its links
console-compose-clicks-cannot = Clicks can be counted once [server] public_url begins with https:// and names a machine that readers reach.
console-ledger-clicked = Clicks
console-ledger-clicks = Who opened a link
console-ledger-last-click = Last click
console-clicks-title = Links of { $no }
console-clicks-none = No link of it has been opened yet. Through whose copy one was stands here.
console-clicks-link = Link
console-clicks-copies = Copies
console-clicks-first = First click
console-clicks-about = A link may be passed on: what is counted is that the link in this copy was opened, not by whom. In a group nobody is named. Previews that platforms make are left out where they say so.
console-report-read = Pressed “Got it”
console-report-clicked = Opened a link
console-link-unknown = This link leads nowhere. It may have been cut on its way: open the message that you have it from once more.
console-link-away = This link cannot be opened right now. Please try again in a few minutes.
console-link-often = Too many links were opened from your network within a minute. Please try again in a minute.
console-link-test = This is a test of { $no }: nothing is counted. In the announcement the link leads to this address:
console-link-preview = This link stands in a preview. Each copy has links of its own in its place.
console-link-title = Link

console-place-webhooks = Webhooks
console-webhooks-about = Programs outside are told what happens here, by signed messages.
console-webhooks-none = None yet. Name an address below and choose what it is told.
console-webhook-new = A new one
console-webhook-make = Make it
console-webhook-change = Change
console-webhook-keep = Keep
console-webhook-url = Address
console-webhook-description = What it is for
console-webhook-types = What it is told
console-webhook-state = State
console-webhook-staff = Whose rights count
console-webhook-made = Made
console-webhook-on = on
console-webhook-off = off
console-webhook-gone = nobody there any more
console-webhook-failing = given up
console-webhook-gone-about = It answered 410, which means that nobody wants to hear anything there any more.
console-webhook-nothing-since = nothing has come through since { $ago }
console-webhook-rights-of = It is told what { $name } may see, who last changed it.
console-webhook-secret-once = This is the secret that messages are signed with. It is shown this once.
console-webhook-do-test = Send a test message
console-webhook-do-enable = Switch on
console-webhook-do-disable = Switch off
console-webhook-do-rotate = New secret
console-webhook-rotate-about = After a new secret the one before signs beside it for 24 hours, so that nothing is refused meanwhile.
console-webhook-old-until = The secret before signs until
console-webhook-messages = Messages
console-webhook-messages-about = the last 30 days, newest first
console-webhook-messages-none = None yet.
console-webhook-what = What
console-webhook-tried = Last tried
console-webhook-answer = Answer
console-webhook-next = Next try
console-webhook-attempts = tries: { $n }
console-webhook-answer-begins = how it begins
console-webhook-open = waits
console-webhook-calling = being sent
console-webhook-sent = came through
console-webhook-failed = given up
console-webhook-withheld = not told: no right
console-webhook-do-again = Send again
console-webhook-do-remove = Delete
console-webhook-remove-about = It goes with all messages to it, those that wait included.
console-webhook-ticket-opened = a ticket was opened
console-webhook-ticket-claimed = an agent took a ticket
console-webhook-ticket-handed = a ticket was handed over
console-webhook-ticket-answered = an agent answered
console-webhook-ticket-closed = a ticket was closed
console-webhook-ticket-reopened = a ticket was opened again
console-webhook-case-opened = a case was opened
console-webhook-case-decided = a flagged message was decided
console-webhook-case-undone = a case was undone
console-webhook-announcement-sent = an announcement began to go out
console-webhook-announcement-finished = an announcement has gone out
console-webhook-announcement-recalled = an announcement was taken back
console-webhook-activity-published = an activity was pushed
console-webhook-activity-closed = sign-up ended
console-webhook-activity-signup = somebody signed up
console-webhook-member-joined = somebody came into a group
console-webhook-member-left = somebody left a group
console-webhook-member-linked = two identities are one person
console-webhook-test = a test

console-try = Try a question
console-try-about = Through what chats go through; nothing of it is kept.
console-try-do = Try it
console-try-taken-for = Its words are
console-try-question = a question
console-try-trouble = trouble that is told without asking
console-try-words = words without a sign of either
console-try-no = small talk, an advertisement, or words for somebody else
console-try-in-group = In a group
console-try-in-direct = In private
console-try-answers = it answers with the first article
console-try-not-sure = it says that it does not know, offers a ticket and keeps a gap
console-try-gap = it says nothing and keeps a gap
console-try-hello = it says what it can do
console-try-silence = it says nothing
console-try-needed = needs { $percent }%
console-try-none = No live article has a word in common with it.
console-try-sure = How sure
console-try-why = Why, or why not
console-try-shown = shown in groups and in private
console-try-shown-group = shown in groups
console-try-shown-direct = shown in private; for groups it is not sure enough
console-try-below = not sure enough
console-try-behind = sure enough, and another one comes first
console-try-not-asked = such words are not answered
console-try-says = What it would say
console-try-cut = The rest is read in private.

# What repeats.
console-compose-repeat = Repeat
console-compose-repeat-example = empty: once
console-compose-repeat-help = Such as every mon 09:00, cron 0 9 * * 1 or FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9, with until 2026-12-31 or in Europe/Berlin behind it. A time above is the beginning; the preview names the next three times.
console-repeat-start = Start repeating
console-repeat-pause = Pause the series
console-repeat-end = Repeat no more
console-repeat-template = Repeats by the rule of
console-repeat-sendings = The latest sendings:
console-calendar-coming = repeats, not made yet
console-ledger-reacted = Reactions
console-report-reacted = Reacted

# Texts tested against each other.
console-test = Variants
console-test-help = Other texts, tested on a part of the audience; the best goes to the rest.
console-test-named = Variant { $variant }
console-test-variant = Variant
console-test-rule = How they are tested
console-test-rule-help = Up to 90 percent test, the texts evenly among them. The time, such as 90m, 4h or 1d, begins when the last of the test has gone out. Links are counted, and “Got it” is asked for, only where that is ticked below; reactions are counted by themselves, on platforms that tell of them.
console-test-share = Percent of the audience
console-test-measure = What decides
console-test-wait = How long to wait
console-test-sent = Arrived
console-test-hits = Of these
console-test-rate-head = Rate
console-test-rate = { $rate }%
console-test-interval = True rate, 95% sure
console-test-between = { $low }% to { $high }%
console-test-won = won
console-test-choose = Choose
console-test-choose-named = Send variant { $variant } to the rest
console-test-choose-do = Send it to the rest ({ $n })
console-test-waits = waits for the end of the test
