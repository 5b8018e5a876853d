# Announcements.

feature-announcement = Announcements
command-announce = Write, send, edit and recall announcements
    .usage = /announce, /announce list, /announce A-3, /announce edit A-3, /announce recall A-3; by hand also /announce send A-3, test A-3, schedule A-3 18:00, schedule A-3 09:00 local, loud A-3, expires A-3 in 3d, repeat A-3 every mon 09:00, approve A-3 CODE, audience A-3 all groups, pin A-3, receipt A-3, clicks A-3, variant A-3, rule A-3 20% clicks 4h, winner A-3 B, again A-3, pause A-3, resume A-3, cancel A-3
announcement-usage = I did not understand that. Usage: { command-announce.usage }
announcement-none = There is no announcement { $no }. /announce list shows the latest.
announcement-not-allowed = Your role does not allow announcements.
announcement-state-draft = draft
announcement-state-scheduled = scheduled
announcement-state-sending = being sent
announcement-state-paused = paused
announcement-state-stopping = being stopped
announcement-state-sent = sent
announcement-state-stopped = stopped on its way
announcement-state-recalling = being recalled
announcement-state-recalled = recalled
announcement-state-cancelled = cancelled
announcement-head = Announcement { $no }: { $state }
announcement-to = To { $audience }
announcement-when = To be sent at { $when }
announcement-when-pressed = To be sent when somebody presses the button
announcement-pinned = To be pinned where that is possible
announcement-in-hand = Up to { $count } of them were on their way by then and may still arrive.
announcement-still-paused = { $no } is still paused, { $count } wait. /announce resume { $no } lets it go on, /announce cancel { $no } stops it for good.
announcement-text-zh = — in Chinese —
announcement-text-en = — in English —
announcement-text-proposed = — proposed —
announcement-no-text = It has no text yet: write a body in Chinese, English or both.
announcement-no-audience = It has no audience yet.
announcement-approve-not-needed = It needs no approval.
announcement-approve-size = It goes to { $count }: from { $from } on, somebody who did not write in it has to approve it.
announcement-approve-segment = It reaches { $segment }: somebody who did not write in it has to approve it.
announcement-approve-changed = It was changed after { $name } approved it, and has to be approved again.
announcement-approve-grown = { $name } approved it for { $was }; now { $count } would get it. It has to be approved again.
announcement-approve-before = Unless it is approved by then, it does not go out.
announcement-approve-typed = Approved with the button, or with /announce approve { $no } { $code }
announcement-approve-own = You wrote in it yourself. Somebody else has to approve it.
announcement-approved-by = Approved by { $name } at { $when } ({ $code }).
announcement-not-approved = { $no } did not go out at its time and is a draft again.
announcement-proposed = { $name } proposes another text. Somebody else has to approve it before the copies are edited.
announcement-title-cut = The title was too long and is cut to { $max } characters.
announcement-edited = { $no }: the new text stands in { $edited } of { $all }
announcement-do-send = Send now
announcement-do-schedule = Schedule…
announcement-do-schedule-at = Schedule: { $when }
announcement-do-test = Test send
announcement-do-pin = Pin: off
announcement-do-unpin = Pin: on
announcement-do-text = Change text
announcement-do-audience = Change audience
announcement-do-when = Change time
announcement-do-cancel = Cancel
announcement-do-approve = Approve
announcement-do-pause = Pause
announcement-do-resume = Resume
announcement-do-stop = Cancel the rest
announcement-do-again = Send again to { $count } refused
announcement-do-unknown-again = { $name }: send again
announcement-do-unknown-leave = { $name }: leave it
announcement-do-recall = Recall from { $count }
announcement-do-keep = Keep it
announcement-form-new = New announcement
announcement-form-change = Change { $no }
announcement-field-title = Title
announcement-field-zh = Text in Chinese
announcement-field-en = Text in English
announcement-field-audience = Who gets it
announcement-field-when = When
announcement-hint-title = One line. If it differs by language: 中文 | English
announcement-hint-body = At least one of the two languages; whoever reads the other gets this one. A line of its own such as { "[Sign up](https://…)" } is a button.
announcement-hint-now = Now: { $now } (leave empty to keep it)
announcement-hint-audience = all groups · group NAME · tier crown, diamond · category apparel · tag vip · everyone
announcement-hint-when = now · in 10m · 18:00 · 2026-11-22 18:00 ({ $zone } time) · 09:00 local (each by their own clock)
announcement-sent-already = It is { $state } already.
announcement-recall-instead = It has gone out. /announce recall takes it back.
announcement-out-already = It is { $state }. /announce cancel { $no } stops what has not gone out yet, /announce recall { $no } takes back what has.
announcement-wait-until-sent = It is still on its way. Edit it when that is done, or cancel the rest first.
announcement-not-now = That cannot be done: it is { $state }.
announcement-nobody = Nobody in this audience can get it. Nothing was sent.
announcement-nothing-changed = Nothing was changed.
announcement-none-refused = No copy was refused.
announcement-changed-meanwhile = It was changed since this preview. /announce with its number shows how it is now.
announcement-known-by-now = It is known by now what became of this copy.
announcement-offer = { $no } · { $title } · { $state }
announcement-list-empty = There are no announcements yet. /announce writes the first.
announcement-list-line = { $no } · { $state } · { $title } · { $when } · { $sent } of { $all }
announcement-recall-ask = Recall { $no } from { $count ->
    [one] 1 chat
   *[other] { $count } chats
}? This cannot be undone, and some may have read it.
announcement-recall-open = { $count } that wait are stopped.
announcement-recall-unknown = { $count } of unknown end may have arrived; they cannot be taken back.
announcement-recall-stays = { $account }: { $count } will stay, because the platform does not delete them any more.
announcement-nothing-to-recall = No copy of it stands anywhere.
announcement-test-failed = The test of { $no } did not arrive: { $why }
announcement-on-board = { $no } still stands on the board of “{ $title }” ({ $why }). Take it down by hand.
announcement-toast-sending = On its way.
announcement-toast-scheduled = Scheduled for { $when }.
announcement-toast-test = Sent to your private chat with me.
announcement-toast-test-here = I cannot write to you in private; it is shown here.
announcement-toast-cancelled = Cancelled.
announcement-toast-approved = Approved.
announcement-toast-paused = Paused. What is in the courier's hand may still arrive.
announcement-toast-stopped = What has not gone out is stopped. What stands stands.
announcement-toast-pin = It will be pinned.
announcement-toast-no-pin = It will not be pinned.
announcement-toast-again = Sent again.
announcement-toast-recalling = Being taken back.
announcement-toast-kept = It stays.
announcement-toast-left = Left as it is.
announcement-note = { $no } is { $state }
announcement-picture-reply = Reply to the message with the pictures or files, with /announce picture A-3. /announce picture A-3 none takes them away.
announcement-picture-many = An announcement holds { $max } pictures and files at most.
announcement-picture-none = { $no } has no pictures and files any more.
announcement-picture-coming = { $count ->
    [one] One file is being fetched; I say when it is with { $no }.
   *[other] { $count } files are being fetched; I say when each is with { $no }.
}
announcement-picture-kept = { $name } is with { $no } now. /announce test { $no } shows how it looks.
announcement-picture-late = { $name } came too late: { $no } went out without it.
announcement-picture-lost = { $name } could not be fetched, and is not with { $no }. { $why }
announcement-files = With it: { $names }
announcement-typed = Type /announce send { $no }, /announce schedule { $no } 18:00, /announce test { $no }, /announce pin { $no }, /announce edit { $no }, /announce audience { $no } all groups or /announce cancel { $no }.
announcement-typed-sending = Type /announce pause { $no } or /announce cancel { $no }.
announcement-typed-paused = Type /announce resume { $no } or /announce cancel { $no }.
announcement-recall-typed = Type /announce recall { $no } yes to do it.
announcement-test-nowhere = I have no private chat with you yet. Link your chat identity to your staff account, write to me in private on one of the platforms, and try again.
announcement-variable-unknown = There is no variable { "{" }{ $found }{ "}" }. There are: { $names }. A brace as such is written { "{{" }.
announcement-variable-unknown-near = There is no variable { "{" }{ $found }{ "}" }. Did you mean { "{" }{ $near }{ "}" }? A brace as such is written { "{{" }.
announcement-variable-open = The brace in “{ $found }” is not closed. A brace as such is written { "{{" }.
announcement-variables = { $names } is filled for each recipient; the preview shows the longest there is. A test with a name shows how that recipient reads it (in chat: /announce test).
announcement-variables-none = In a group { $names } has no value: what stands behind its | is read there, or else the general word.
announcement-button-address = The button “{ $label }” cannot open “{ $url }”: its address has to begin with https:// and to have no blank in it.
announcement-button-blank = The button that opens { $url } has no label.
announcement-button-long = The label “{ $label }…” is longer than the { $max } characters that fit a button.
announcement-buttons-alone = There are buttons and no text above them.
announcement-buttons-many = There are { $count } buttons, and { $max } fit under a message.
announcement-instead-merchant = merchant
announcement-instead-contact = friend
announcement-instead-tier = member
announcement-instead-group = our community
announcement-no-reader = Nobody in this audience is called “{ $name }”.
announcement-toast-test-as = Sent to your private chat with me, as { $name } would read it.
command-news = Whether I tell you of news and activities in private
    .usage = /news on|off
announcement-news-is-on = I tell you of news and activities in private. To change that: { $usage }
announcement-news-is-off = Since { $since } I tell you of no news and activities in private. To change that: { $usage }
announcement-news-off = I tell you of no more news and activities in private. Answers, your tickets and what you signed up for reach you as before. /news on takes it back.
announcement-news-on = From now on I tell you of news and activities in private.
announcement-news-words = I know “on” and “off”.
announcement-do-ack = Got it
announcement-do-receipt = Receipt: off
announcement-do-no-receipt = Receipt: on
announcement-with-ack = Readers are asked to press “Got it”
announcement-acks = { $count ->
    [one] 1 person has
   *[other] { $count } people have
} pressed “Got it”.
announcement-toast-ack = Noted, thank you.
announcement-toast-ack-again = You have said so already, thank you.
announcement-toast-ack-test = This is a test: nobody is counted.
announcement-toast-receipt = Readers are asked to press “Got it”.
announcement-toast-no-receipt = Readers are asked for nothing.

# Whose clock it goes by.
announcement-when-local = To be sent at { $there } by each recipient's own clock; the first get it at { $when }
announcement-do-schedule-local = Schedule: { $there }, each by their own clock
announcement-local-past = It is past { $there } already in { $named }. Name a later time.
announcement-quiet-kept = Nobody gets it in their quiet hours ({ $quiet }); who has them waits for their morning. /announce loud changes that.
announcement-quiet-loud = It goes out in quiet hours ({ $quiet }) too.
command-zone = In which time zone you are, or this group is
    .usage = /zone, /zone Asia/Tokyo, /zone none; staff also /zone Asia/Tokyo SHOP
announcement-zone-is = The time zone here is { $named }. To change it: { $usage }
announcement-zone-hall = No time zone is set here. Announcements go by your group's or shop's, or else by { $named }. To set one: { $usage }
announcement-zone-set = Noted: { $named }. Announcements keep to the clock there.
announcement-zone-forgotten = No time zone is set here any more.
announcement-zone-unknown = I know no time zone “{ $found }”. They are called as in Asia/Shanghai or Europe/Berlin.
announcement-zone-unknown-near = I know no time zone “{ $found }”. Did you mean { $near }?
announcement-zone-not-allowed = Your role does not allow setting the time zone here.
announcement-zone-shop = { $count ->
    [0] There is no shop “{ $shop }”.
   *[other] Several shops are called “{ $shop }”; set it on the console.
}

# When its time is over.
announcement-state-expiring = expiring
announcement-state-expired = expired
announcement-expires = Expires at { $when }: what has not gone out by then never does, pins are taken off, copies stand
announcement-expires-before = It expires at { $when }, before it would be sent. /announce expires changes that.
announcement-expires-unreadable = “{ $found }” is no time at which it could expire. Write 2026-12-01 18:00, in 3d or never.
announcement-still-pinned = { $no } is still pinned in “{ $title }” ({ $why }). Unpin it by hand.

# Counted links.
announcement-do-clicks = Count clicks: off
announcement-do-no-clicks = Count clicks: on
announcement-toast-clicks = Clicks on its links are counted.
announcement-toast-no-clicks = Clicks on its links are not counted.
announcement-clicks-on = Clicks are counted on: { $urls }
announcement-clicks-none = Clicks are to be counted, but no address that begins with http:// or https:// stands in the text.
announcement-clicks-variable = An address with a variable in it goes out as it is and is not counted.
announcement-clicks-cannot = Clicks are not counted: readers cannot reach { $url }. [server] public_url has to begin with https:// and name a machine that they reach.
announcement-clicked-people = { $count ->
    [one] A link was opened through 1 recipient's copy
   *[other] A link was opened through { $count } recipients' copies
} ({ $clicks ->
    [one] 1 click
   *[other] { $clicks } clicks
}).
announcement-clicked-groups = { $clicks ->
    [one] 1 click
   *[other] { $clicks } clicks
} on its links in { $count ->
    [one] 1 group
   *[other] { $count } groups
}.

# Again and again.
announcement-repeat-usage = Say when it goes out again: /announce repeat { $no } every mon 09:00, /announce repeat { $no } cron 0 9 * * 1, /announce repeat { $no } rrule FREQ=WEEKLY;BYDAY=MO;BYHOUR=9, each with “until 2026-12-31” or “in Europe/Berlin” behind it; or pause, resume, none.
announcement-repeat-unreadable = I cannot read “{ $found }” as a rule. Write every mon 09:00, cron 0 9 * * 1 or rrule FREQ=WEEKLY;BYDAY=MO;BYHOUR=9.
announcement-repeat-cron-fields = A cron line has five fields, minute, hour, day, month and weekday; this one has { $count }.
announcement-repeat-cron-field = “{ $found }” is no { $field ->
    [minute] minute
    [hour] hour
    [day] day of the month
    [month] month
   *[weekday] weekday
} of a cron line.
announcement-repeat-cron-wrong = Cron does not take “{ $found }”.
announcement-repeat-rrule-part = A recurrence rule does not take “{ $found }”.
announcement-repeat-rrule-freq = “{ $found }” says no FREQ. A recurrence rule begins like FREQ=WEEKLY;BYDAY=MO.
announcement-repeat-rrule-wrong = The parts of “{ $found }” do not go together in a recurrence rule.
announcement-repeat-until = “{ $found }” is no last day. Write 2026-12-31 or 2026-12-31 18:00; in a recurrence rule UNTIL=20261231.
announcement-repeat-two-ends = This rule says twice when it ends. Keep one of until, UNTIL and COUNT.
announcement-repeat-never = It would never go out: no time is left that this rule names.
announcement-repeat-often = It would go out more often than once an hour, which is the most there is.
announcement-repeat-local = What repeats goes out at one moment for all, not by each recipient's own clock. Take its time away first.
announcement-repeat-draft = Only a draft can repeat, and this is { $state }.
announcement-repeat-child = It is one sending of a series and cannot repeat itself.
announcement-repeat-not = It does not repeat.
announcement-repeat-instead = { $no } repeats and goes out by its rule. /announce repeat { $no } none ends that.
announcement-repeat-expires = It would expire before it goes out for the next time.
announcement-repeat-rule = Repeats: { $rule }
announcement-repeat-next = Next: { $times } ({ $named })
announcement-repeat-none-left = No time is left that the rule names.
announcement-repeat-lives = Each sending expires { $length } after its time
announcement-repeat-of = One of the sendings of { $no }, which repeats
announcement-repeat-sent = It has gone out { $count ->
    [one] once
   *[other] { $count } times
}, last as { $last }.
announcement-repeat-is-set = It does not go out by that yet: start it with the button or /announce repeat { $no } start.
announcement-repeat-is-paused = It is paused. /announce repeat { $no } resume lets it go on.
announcement-repeat-is-waiting = It waits until somebody has looked at it: /announce repeat { $no } resume lets it go on.
announcement-repeat-changed = It was changed since it was started.
announcement-repeat-waits = { $no } repeats no more until somebody has looked at it; /announce repeat { $no } resume lets it go on.
announcement-repeat-missed = { $count ->
    [one] { $no } was to go out at { $first } and did not
   *[other] { $no } was to go out { $count } times from { $first } on and did not
}: I was not running, and what is more than { $late } late or has a later one behind it is left out.
announcement-repeat-over = { $no } repeats no more: its rule has come to its end. It has gone out { $count ->
    [one] once
   *[other] { $count } times
}.
announcement-do-repeat-start = Start repeating
announcement-do-repeat-pause = Pause the series
announcement-do-repeat-end = Repeat no more
announcement-toast-repeat-started = It repeats.
announcement-toast-repeat-paused = The series is paused.
announcement-toast-repeat-ended = It repeats no more.
announcement-reactions = { $count ->
    [one] 1 person has reacted
   *[other] { $count } people have reacted
}: { $what }
announcement-reaction = { $emoji } { $count }
announcement-reactions-custom = custom emoji { $count }
announcement-reactions-rest = others { $count }
announcement-reactions-and = { $some }, { $more }

# Several texts, tested against each other.
announcement-variants = { $names } are tested on { $share }% of the audience, by { $measure }. { $wait } after the last of them has gone out, the one with the highest rate goes to the rest if it is significantly better than A (95%, at least { $least } copies of each); else A does.
announcement-variants-each = Each would go to about { $each }, the winner to about { $rest }.
announcement-variants-few = That is fewer than { $least } each: by the rule A would win in any case. Test on more, or choose the winner yourself.
announcement-variants-no-reactions = The account { $account } tells of no reactions where { $count } of its { $all } copies go: under these none is counted.
announcement-variants-many = At most { $max } texts can be tested against each other, its own among them.
announcement-variants-none = It has no variants. /announce variant with its number writes one.
announcement-variants-no-clicks = Its texts are to be tested by clicks, and clicks are not counted. Count them (in chat: /announce clicks), or choose another way to test.
announcement-variants-no-receipt = Its texts are to be tested by receipts, and none is asked for. /announce receipt changes that.
announcement-variants-local = What has variants goes out at one moment for all, not by each recipient's own clock.
announcement-variants-repeat = What repeats has no variants: take either away.
announcement-variant-empty = Variant { $variant } has no text.
announcement-variant-same = Variant { $variant } says the same as another.
announcement-variant-problem = Variant { $variant }: { $why }
announcement-variant-no-link = Variant { $variant } has no address whose clicks could be counted.
announcement-variant-unknown = There is no variant { $variant }.
announcement-variant-decided = It is decided already: { $variant } goes to the rest.
announcement-variant-usage = /announce variant { $no } writes another text, /announce variant { $no } B changes it, /announce variant { $no } none B takes it away, /announce variant { $no } none takes all away.
announcement-winner-usage = Say which text goes to the rest: /announce winner { $no } B
announcement-variant-standing = { $variant }: { $hits } of { $sent }, { $rate }% (between { $low }% and { $high }%)
announcement-variant-standing-none = { $variant }: no copy has arrived
announcement-measure-cannot = { $measure } (cannot be counted: { $why })
announcement-measure-no-address = no address is set at which readers would come to the bot, [server] public_url
announcement-measure-no-link = the text has no link
announcement-measure-no-receipt = “Got it” is not asked for
announcement-measure-clicks = opened links
announcement-measure-receipts = “Got it”
announcement-measure-reactions = reactions
announcement-test-share = “{ $found }” is no part of the audience. Write { $least }% to { $most }%, such as 20%.
announcement-test-wait = “{ $found }” is no time to wait. Write { $least } to { $most }, such as 4h.
announcement-test-measure = “{ $found }” cannot be measured. There are: clicks, receipts, reactions.
announcement-test-goes-out = The test is going out; its time begins when the last of it has.
announcement-test-until = The test ends at { $when }. /announce winner ends it earlier.
announcement-test-waits = { $count ->
    [one] 1 waits
   *[other] { $count } wait
} for the end of the test
announcement-test-undecided = The test ended without a winner.
announcement-test-corrected = It was corrected since: every copy shows the same text now.
announcement-test-runs = Its texts are being tested, so that none of them can be corrected now. Choose the winner, which ends the test, or cancel the rest; then correct it: one text stands in every copy from then on.
announcement-test-over = { $no }: the test is over, { $variant } goes to the rest ({ $count }).
announcement-test-variant = { $no }, variant { $variant }:
announcement-verdict-better = { $variant } won: its rate is the highest, and significantly higher than that of A.
announcement-verdict-none-better = { $variant } won, because no other is significantly better.
announcement-verdict-too-few = { $variant } won, because of some text fewer than { $least } copies had arrived.
announcement-verdict-chosen = { $variant } was chosen by { $name }.
announcement-text-variant-zh = — { $variant } in Chinese —
announcement-text-variant-en = — { $variant } in English —
announcement-form-variant = { $no }, variant { $variant }
announcement-do-variant = Write variant { $variant }
announcement-do-winner = { $variant } wins
announcement-toast-winner = { $variant } goes to the rest.
