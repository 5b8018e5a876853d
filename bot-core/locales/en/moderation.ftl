# Moderation: what members, staff and onlookers read.

feature-moderation = Keeping order
command-warn = Warn somebody
    .usage = /warn @user [reason], or as a reply. “del” before the reason also deletes the message
command-mute = Take away somebody's right to write for a time
    .usage = /mute @user 10m [reason], or as a reply. “del” before the reason also deletes the message
command-unmute = End somebody's mute early
    .usage = /unmute @user
command-kick = Put somebody out of the group; they may come back
    .usage = /kick @user [reason]
command-ban = Put somebody out of the group for good
    .usage = /ban @user [reason]
command-unban = Let somebody come back
    .usage = /unban @user
command-undo = Take a case back with all that it did
    .usage = /undo C-12
command-uphold = Treat a flagged message as an offence
    .usage = /uphold C-12
command-dismiss = Find nothing in a flagged message
    .usage = /dismiss C-12
command-case = Show a case: what happened, why, and how it stands
    .usage = /case C-12
command-cases = List somebody's cases
    .usage = /cases @user

# what is done
moderation-both = { $en }
moderation-did-warn = a warning
moderation-did-mute = a mute of { $length }
moderation-did-kick = removal from the group
moderation-did-ban = a ban
moderation-did-nothing = no further measure
moderation-kind-warn = the warning
moderation-kind-mute = the mute
moderation-kind-kick = the removal from the group
moderation-kind-ban = the ban
moderation-end-of = the end of { $kind }
moderation-two = { $first } { $second }

# states
moderation-state-requested = asked of the platform
moderation-state-active = in force
moderation-state-lifting = being lifted
moderation-state-undoing = being taken back
moderation-state-lifted = over
moderation-state-undone = taken back
moderation-state-rejected = refused by the platform
moderation-state-unknown = no answer from the platform
moderation-case-flagged = waits for a decision
moderation-case-stands = stands
moderation-case-dismissed = dismissed
moderation-case-undone = undone
moderation-removal-none = The message was left where it is.
moderation-removal-requested = The message is being deleted.
moderation-removal-removed = The message is deleted.
moderation-removal-refused = The platform refused to delete the message.
moderation-notice-none = The person was told nothing.
moderation-notice-due = The person is told as soon as the platform has answered.
moderation-notice-private = A notice went to their private chat.
moderation-notice-told = They were told in private.
moderation-notice-group = They were told in one line in the group.
moderation-notice-lost = They could not be told.

# what the person reads
moderation-you-removed = A message of yours in “{ $group }” was removed:
moderation-you-case = Case { $no } in “{ $group }”
moderation-you-rule = Rule: { $rule }
moderation-you-reason = Reason given by a moderator: { $reason }
moderation-you-warn = This is a warning; nothing else happens.
moderation-you-mute = You cannot write there for { $length }. After that it works again by itself.
moderation-you-kick = You are removed from the group; you may come back.
moderation-you-ban = You are banned from the group.
moderation-you-over = It is over: nothing holds you back any more.
moderation-you-nothing = Nothing else happens.
moderation-you-undone = This was taken back and does not count against you.
moderation-you-dismissed = A moderator looked at it and found nothing wrong.
moderation-you-flagged = A moderator will look at it. Nothing has happened to you.
moderation-you-appeal = This is case { $no }. If it is wrong, press Appeal: a person looks at it. /case { $no } shows it again.
moderation-you-none = There is no case of yours.
moderation-not-yours = I find no such case of yours.
moderation-undone-notice = Case { $no } was taken back. What it did to you ends now, and it does not count against you.
moderation-group-line = : { $what } ({ $why }).
moderation-group-by-staff = by a moderator
moderation-group-how = To read why or to appeal, write /case { $no } to me in private.
moderation-button-why = Why, and how to appeal
moderation-button-appeal = Appeal

# what staff read
moderation-flagged = { $no }: please look at a message of { $name } in “{ $group }” ({ $rule })
moderation-flagged-how = /uphold { $no } deletes it and follows the ladder; /dismiss { $no } leaves it.
moderation-button-uphold = Uphold
moderation-button-dismiss = Dismiss
moderation-upheld = { $no } upheld by { $by }: { $what }.
moderation-dismissed = { $no } dismissed by { $by }.
moderation-decided = { $no } is decided already: { $state }.
moderation-decided-by = { $no } is decided already by { $by }: { $state }.
moderation-staff-did = { $no }: { $by } gave { $name } { $what } in { $group }. Reason: { $reason }
moderation-staff-lifts = { $by } ends { $kind } of { $name } in { $group }.
moderation-no-reason = not given
moderation-noted = Noted as { $no }.
moderation-lifting = I end { $kind } now.
moderation-undo-done = { $no } was undone by { $by }: it no longer counts.
moderation-undo-brief = { $no } is undone.
moderation-undo-asked = The platform was asked to lift what it did.
moderation-undo-kick = A removal from the group cannot be taken back, but they may come back.
moderation-undo-message = The deleted message cannot be brought back; its text stands in the case.
moderation-failed = { $no }: the platform did not do { $what } of { $name } in “{ $group }”. { $cure }
moderation-failed-delete = { $no }: the message in “{ $group }” could not be deleted. { $cure }
moderation-cure-restrict = Give the bot the right to restrict members there, then do it again.
moderation-cure-delete = Give the bot the right to delete messages there, then delete it by hand.
moderation-cure-admin = They are an admin of the group; only its owner can do that on the platform.
moderation-cure-absent = The bot is not in that group any more; add it again.
moderation-cure-unknown = No answer came ({ $why }): look in the group whether it was done before you repeat it.
moderation-cure-other = The platform said: { $why }
moderation-case-who = { $name } in { $group }, { $at }
moderation-case-rule = Rule: { $title } ({ $id }, policy version { $version }). Found: { $found }
moderation-case-reason = Reason: { $reason }
moderation-case-by = Opened by { $by }
moderation-case-by-bot = Opened by the bot
moderation-case-decided = Decided by { $by }, { $at }
moderation-case-sanction = { $what } in { $group }: { $state }
moderation-case-left = { $line }, { $left } left
moderation-case-error = { $line } ({ $why })
moderation-rung = Ladder: step { $step } of { $steps }. This offence { $points }, from { $offences ->
        [one] one earlier offence
       *[other] { $offences } earlier offences
    } { $earlier }
moderation-cases = Cases of { $name }, latest first:
moderation-cases-none = { $name } has no case.
moderation-cases-line = { $no } · { $at } · { $state } · { $what } · { $why }

# what is refused
moderation-refused-bot = { $name } is a bot; platforms let bots do nothing to each other.
moderation-refused-yourself = You cannot do that to yourself.
moderation-refused-colleague = { $name } works here and does not rank below you.
moderation-refused-admin = { $name } is an admin of “{ $group }” on the platform, and bots cannot touch admins.
moderation-length-out-of-range = A mute lasts from { $least } to { $most }.
moderation-in-no-group = I know of no community group with { $name } in it.
moderation-not-muted = I hold no mute against { $name } here.
moderation-not-banned = I hold no ban against { $name } here.
moderation-no-such-case = There is no case { $no }.
moderation-which-case = Say which case, such as C-12.
moderation-undo-flagged = { $no } is not decided yet; dismiss it instead.
moderation-undo-again = { $no } does not stand any more; there is nothing to undo.
moderation-undo-above = { $no } was decided by { $name }, who ranks above you.
moderation-not-staff = Only staff can do that.
moderation-not-allowed = Your role does not allow that.

# what onlookers see
moderation-note-hit = { $no }: rule { $rule } hit by { $name }: { $what }
moderation-note-flagged = { $no }: rule { $rule } flagged a message of { $name }
moderation-note-sanction = { $no }: { $kind } of { $name }: { $state }
