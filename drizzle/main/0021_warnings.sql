-- Beside what a clause demands, a notice tells an originator that its record was given to a client that is not to be trusted any more.
alter table notice alter column agreement drop not null, alter column clause drop not null,
  -- Whose client it was.
  add column compromised text,
  add constraint notice_says_why check ((agreement is null) = (clause is null) and (agreement is null) <> (compromised is null));
--> statement-breakpoint
-- What a client was given in a period is looked for by time, in a hurry.
create index ledger_entry_client on ledger_entry (client, at);
