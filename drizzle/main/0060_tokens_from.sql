-- After a restore of the rows nobody knows which tokens were taken out of force since the backup: those issued before it count no more. Null: all count.
alter table registry_state add column tokens_from timestamptz;
