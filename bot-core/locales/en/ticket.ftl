# Private tickets.

feature-ticket = Asking support
command-ticket = Ask support in private; staff reply with it to a merchant's message
    .usage = /ticket [what it is about]
command-claim = Take a ticket
    .usage = /claim [T-12]
command-hand = Hand a ticket to a colleague
    .usage = /hand [T-12] NAME
command-note = Leave a note for colleagues in a ticket; the merchant never sees it
    .usage = /note [T-12] words
command-waiting = Say that a ticket waits for the merchant
    .usage = /waiting [T-12]
command-close = Close a ticket
    .usage = /close [T-12] [what solved it]
command-reopen = Take up a closed ticket again
    .usage = /reopen [T-12]

# To the merchant
ticket-support = Support
ticket-group-line = { $name }, we'll go on in private.
ticket-button-private = Open the private chat
ticket-button-open = Open a ticket
ticket-button-reopen = Reopen
ticket-button-reopen-no = Go on with { $no }
ticket-hello = Your ticket { $no } is open: “{ $subject }”. Everything you write here goes to support and to nobody else. /close ends it.
ticket-hello-ask = Your ticket { $no } is open. What is it about? Everything you write here goes to support and to nobody else. /close ends it.
ticket-hello-nobody = Your ticket { $no } is kept. No support desk is connected here at the moment, so an answer may take longer. You can go on writing here; nothing is lost.
ticket-already = Your ticket { $no } is open. Write here, and support will read it.
ticket-closed = Support closed { $no }. If it isn't solved, reopen it.
ticket-closed-with = { $no } is closed: { $solution }
ticket-closed-by-you = { $no } is closed. Thank you.
ticket-reopened = { $no } is open again. Write here, and support will read it.
ticket-is-closed-now = { $no } is closed. /reopen takes it up again.
ticket-offer = I don't pass on what you write here unless you open a ticket. Shall I?
ticket-offer-line = { $no } · { $name } · { $subject } · { $state }
ticket-link-not-yours = That button is for somebody else. If you need support, send /ticket.
ticket-none-open = You have no open ticket. /ticket opens one.
ticket-none-closed = You have no closed ticket. /ticket opens one.
ticket-toast-opened = Ticket { $no } is open. Look at our private chat.
ticket-toast-already = { $no } is open already. Look at our private chat.
ticket-toast-open-chat = Ticket { $no } is kept. Please open our private chat with the button in the group.

# In the staff chat
ticket-state-new = new
ticket-state-open = open
ticket-state-waiting = waiting for the merchant
ticket-state-closed = closed
ticket-state-reopened = reopened
ticket-header-state = { " " }· { $state }
ticket-header-group = From { $name } in “{ $group }”
ticket-header-direct = From { $name } in private
ticket-header-owner = Agent: { $agent }
ticket-header-nobody = Nobody has taken it yet
ticket-button-claim = Claim
ticket-button-close = Close
ticket-button-again = Send again
ticket-shown-note = Note by { $agent }
ticket-line-claimed = { $agent } took { $no }.
ticket-line-taken-over = { $name }, { $agent } took { $no } over from you.
ticket-line-handed = { $name }, { $agent } handed { $no } to you.
ticket-line-handed-on = { $name }, { $agent } handed { $no } on to { $to }.
ticket-line-waiting = { $agent } set { $no } to wait for { $name }.
ticket-line-closed = { $who } closed { $no }.
ticket-line-closed-with = { $who } closed { $no }: { $solution }
ticket-line-reopened = { $who } reopened { $no }.
ticket-line-held = This waits until { $name } opens the private chat. It is sent as soon as they do.
ticket-line-released = { $name } opened the private chat. { $count ->
    [one] One message that waited is on its way.
   *[other] { $count } messages that waited are on their way.
}
ticket-line-gone = { $name }'s account is gone. What you write can't be delivered.
ticket-line-rejected = “{ $words }” was not delivered to { $name }: { $why }
ticket-line-unknown = “{ $words }” went out to { $name }, and no answer came. It may or may not have arrived.
ticket-line-not-shown = A message from { $name } could not be shown here: { $why }
ticket-line-not-surely-shown = A message from { $name } may or may not have arrived here.
ticket-line-again = { $agent } sent “{ $words }” again.
ticket-line-withdrawn = { $agent } took “{ $words }” back.
ticket-line-still-seen = { $name } still sees the message as it was: it could not be changed there.
ticket-line-taken-back = { $name } deleted a message; it can't be taken away here.
ticket-line-topic-closed = { $no } is still open, and so is this topic again. /close closes the ticket.
ticket-line-flat = No topic could be opened for { $no }. Reply to its messages here to answer.
ticket-line-topic-again = The topic of this ticket was gone. Here is what was said.
ticket-line-not-passed-on = Not passed on: only staff who are linked and may answer tickets write to the merchant here.
ticket-line-no-group-line = { $name } could not be told in the group: { $why }
ticket-again-sent = On its way again.
ticket-again-done = Nothing to send again: it arrived, is on its way, or was taken back.
ticket-note-kept = Noted. { $name } doesn't see it.
ticket-note-empty = Write the note after /note.
ticket-which = Which ticket? Write /{ $command } in its topic, in reply to one of its messages, or with its number.
ticket-unknown = There is no ticket { $no }.
ticket-no-right = Your role does not allow working on tickets.
ticket-is-yours = { $no } is yours already.
ticket-is-theirs = { $name } has { $no } already.
ticket-no-files = Choose a file to send.
ticket-files-many = One message takes { $max } files.
ticket-not-your-words = Only what you wrote yourself and did not take back can be changed.
ticket-hand-unknown = Nobody who works here is called “{ $who }”, or several are. Write the name that stands on the page “Staff”, or their @handle.
ticket-hand-no-right = { $name }’s role does not allow working on tickets.
ticket-wrote-meanwhile = { $name } has written meanwhile. Nothing was done; read it, then decide again.
ticket-owner-meanwhile = { $name } has { $no } by now. Nothing was done; press again if you still mean it.
ticket-is-closed = { $no } is closed. /reopen takes it up again.
ticket-not-closed = { $no } is not closed.
ticket-waits-already = { $no } waits already.
ticket-other-open = They have { $no } open. Go on there, or close it first.
ticket-not-for-bots = Programs get no tickets.
ticket-not-for-staff = They work here. Reply to a merchant's message.
ticket-reply-to-open = Reply with /ticket to a merchant's message in a group.
ticket-reply-to-merchant = Reply to a message that a merchant wrote.

# For those who watch
ticket-noted-opened = ticket { $no } opened for { $name }
ticket-noted-state = ticket { $no } is { $state }
ticket-noted-no-file = { $no }: { $file } could not be kept on our side
ticket-noted-no-desk = ticket { $no }: no staff chat on this account, nobody is told
ticket-noted-flat = ticket { $no }: no topic could be opened, it goes on in the staff chat itself
