-- The chat in which somebody signed up for an activity, by a button or by typing; NULL for those from before this was kept.
ALTER TABLE registration ADD COLUMN chat TEXT;
