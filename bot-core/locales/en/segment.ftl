# Audiences: who gets what is pushed.

segment-list = { $first }, { $next }
segment-and = { $first } and { $next }
segment-group-gone = a group that is gone
segment-of-tier = of the tier { $names }
segment-of-category = of the category { $names }
segment-of-tag = with the tag { $names }
segment-groups-all = all groups
segment-groups = the groups: { $groups }
segment-groups-with = all groups with merchants { $merchants }
segment-groups-both = of the groups { $groups }, those with merchants { $merchants }
segment-people-all = the people of all merchants, in private
segment-people-in = the merchants' people in the groups { $groups }, in private
segment-people-with = the people of merchants { $merchants }, in private
segment-people-both = the people of merchants { $merchants } in the groups { $groups }, in private
segment-kind-any = name
segment-kind-group = group
segment-kind-tier = tier
segment-kind-category = category
segment-kind-tag = tag
segment-unknown = There is no { $what } “{ $found }”.
segment-unknown-near = There is no { $what } “{ $found }”. Did you mean “{ $near }”?
segment-names-missing = Say which { $what } you mean.
segment-empty = Say who should get it, such as: all groups; group NAME; tier crown, diamond category apparel tag vip; everyone.
