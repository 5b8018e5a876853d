# Answers from the articles, and the questions that none answers.

feature-answer = Questions and articles
command-answer = Answer somebody's message with an article.
    .usage = /answer SLUG, as a reply to the message
command-gaps = Show the questions that no article answers.
    .usage = /gaps, or /gaps drop NUMBER
command-article = List, show, publish or retire articles.
    .usage = /article list, /article show SLUG, /article live SLUG, /article retire SLUG

answer-button-solved = Solved
answer-button-unsolved = Not solved → ticket
answer-button-ticket = Open a ticket
answer-button-more = Read the rest in private
answer-above = “{ $title }”, just above, should answer this too.
answer-thanks = ✓ Solved. Good to know, thank you.
answer-unsolved = This did not help. A ticket takes it from here.
answer-solved-toast = Thank you.
answer-settled = You have told us already.
answer-no-tickets = Noted. Tickets are not available here.
answer-not-sure = I have no sure answer to this. You can put it in other words, or open a ticket and a colleague will look at it.
answer-hello = Ask me about your store, orders, payouts or the rules, in one sentence. If you need a person, open a ticket.
answer-gone = This article is no longer there.
answer-needs-reply = Reply to the message that you want to answer.
answer-none = There is no article “{ $slug }”. /article list shows all.
answer-none-near = There is no article “{ $slug }”. Did you mean { $near }?
answer-not-live = “{ $slug }” is { $state } and does not answer. Publish it with /article live { $slug }.
answer-state-draft = a draft
answer-state-live = live
answer-state-retired = retired
answer-gaps-title = Questions that no article answers
answer-gaps-none = No open questions. Every question of late had an answer.
answer-gap = { $number }. { $question } ({ $asked ->
    [one] once
   *[other] { $asked } times
})
answer-gap-near = { $number }. { $question } ({ $asked ->
    [one] once
   *[other] { $asked } times
}; nearest { $slug }, { $percent }%)
answer-gap-which = Say which one by its number in /gaps, from 1 to { $max }.
answer-gap-action = “{ $found }” is not something to do with gaps. Use /gaps, or /gaps drop NUMBER.
answer-gap-dropped = Off the list: { $question }
answer-articles-title = { $count ->
    [one] One article
   *[other] { $count } articles
}
answer-articles-none = There are no articles yet.
answer-article-which = Say which article, such as /article show payout-times.
answer-article-action = “{ $found }” is not something to do with articles. Use list, show, live or retire.
answer-article-state = “{ $slug }” is now { $state }.
answer-article-bad-slug = “{ $slug }” cannot name an article: small letters, digits and hyphens, { $max } at most.
answer-article-reserved-slug = “{ $slug }” is an address beside the articles; choose another name.
answer-article-meanwhile = The article is another one than this version. Read it again.
answer-article-no-text = An article says something in one language at least.
answer-article-bad-tags = An article has { $n } tags at most, each of 1 to { $max } characters.
answer-article-bad-title = A title has 1 to { $max } characters.
answer-article-bad-body = An answer has 1 to { $max } characters.
answer-article-bad-questions = An article answers { $n } questions at most in each language, each of 1 to { $max } characters.
answer-note-given = answered with { $slug } ({ $percent }% sure)
answer-note-pointed = pointed to the earlier answer { $slug } ({ $percent }% sure)
answer-note-said-lately = knew { $slug }, but said it here a moment ago
answer-note-too-much = knew { $slug }, but spoke enough here in this minute
answer-note-gap = no article answers this; kept as a gap
answer-note-gap-near = no sure answer; kept as a gap (nearest { $slug }, { $percent }%)
answer-note-solved = { $slug } solved it
answer-note-unsolved = { $slug } did not solve it
