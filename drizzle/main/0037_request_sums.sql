-- When a leg was sent: sums go by it.
alter table request_leg add column sent_at timestamptz not null default statement_timestamp();
--> statement-breakpoint
-- Nothing moves by this, so nobody is told.
alter table request_leg disable trigger user;
update request_leg set sent_at = (steps -> 0 ->> 'at')::timestamptz;
alter table request_leg enable trigger user;
--> statement-breakpoint
create index request_leg_asker_sent on request_leg (asker, sent_at, record_id);
create index request_leg_partner_sent on request_leg (partner, sent_at, record_id);
