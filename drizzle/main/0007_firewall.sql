-- The victim firewall. Whether a searched or submitted person matches a victim is found out later, by a role that sees tokens only, and told to the
-- protection desk alone. Nobody who asks, submits or plants a record can read any of this.
create table match_job (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  partner text not null,
  purpose text not null,
  -- Blinded under keys of the firewall's own. Emptied when they were looked up.
  tokens bytea[] not null
);
create index match_job_at on match_job (at);
--> statement-breakpoint
-- One row a job, match or not.
create table match_result (
  job_id uuid primary key,
  records uuid[] not null
);
--> statement-breakpoint
create table firewall_batch (
  day date primary key
);
--> statement-breakpoint
create table firewall_alert (
  id uuid primary key default gen_random_uuid(),
  day date not null,
  partner text not null,
  desk text not null,
  record_id uuid not null,
  unique (day, partner, desk, record_id)
);
--> statement-breakpoint
create table firewall_searcher (
  alert_id uuid not null,
  job_id uuid not null,
  partner text not null,
  purpose text not null,
  at timestamptz not null,
  primary key (alert_id, job_id)
);
create index firewall_searcher_job on firewall_searcher (job_id);
--> statement-breakpoint
-- A desk agrees that its organisation be named for searches of a period: of all of them, for which of them matched it does not learn.
create table naming_agreement (
  id uuid primary key default gen_random_uuid(),
  partner text not null,
  desk text not null,
  subject text not null,
  made_at timestamptz not null default statement_timestamp(),
  period tstzrange not null
);
--> statement-breakpoint
-- That a second organisation confirmed a case.
create table case_confirmation (
  record_id uuid not null,
  partner text not null,
  desk text not null,
  subject text not null,
  at timestamptz not null default statement_timestamp(),
  primary key (record_id, partner)
);
--> statement-breakpoint
-- Protection desks of the agreements in force that carry these channels, each with all that supersede it.
create function prasan_protection_desks(channels text[], at timestamptz) returns table (partner text, desk text)
language sql stable security definer set search_path = pg_catalog, public as $$
  with recursive chain(id, doc) as (
    select a.id, a.doc from unnest(channels) c(id) join registry_object ch on ch.type = 'channel' and ch.id = c.id
      join registry_object a on a.type = 'agreement' and a.id = ch.doc ->> 'agreement'
    union
    select n.id, n.doc from chain join registry_object n on n.type = 'agreement' and n.doc ->> 'supersedes' = chain.id
  )
  select distinct doc -> 'protectionDesk' ->> 'partner', doc -> 'protectionDesk' ->> 'desk' from chain
  where doc ? 'protectionDesk' and doc ->> 'status' = 'ACTIVE' and (doc ->> 'validFrom')::timestamptz <= at and coalesce((doc ->> 'validTo')::timestamptz > at, true)
$$;
--> statement-breakpoint
-- The alerts of one day: of all that was asked before it. Once a day, whatever comes later waits for the next.
create function prasan_firewall_batch(at timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  today date := (at at time zone 'UTC')::date;
  midnight timestamptz := today::timestamp at time zone 'UTC';
  made integer;
begin
  insert into firewall_batch (day) values (today) on conflict do nothing;
  if not found then
    return 0;
  end if;
  with matches as (
    select j.id as job_id, j.partner as searcher, j.purpose, j.at, m.record_id, d.partner, d.desk
    from match_job j join match_result r on r.job_id = j.id cross join lateral unnest(r.records) m(record_id)
      join record v on v.id = m.record_id and v.status = 'ACTIVE'
      join audience a on a.id = v.audience_id and 'alert' = any (string_to_array(a.state, ' '))
      cross join lateral prasan_protection_desks(a.channels, prasan_firewall_batch.at) d
    where j.at < midnight and d.partner <> j.partner
      and exists (select from case_confirmation c where c.record_id = v.id and c.partner <> v.originator)
      and not exists (select from firewall_searcher s join firewall_alert f on f.id = s.alert_id
        where s.job_id = j.id and f.record_id = m.record_id and f.partner = d.partner and f.desk = d.desk)
  ), alerts as (
    insert into firewall_alert (day, partner, desk, record_id) select distinct today, partner, desk, record_id from matches returning id, partner, desk, record_id
  ), searchers as (
    insert into firewall_searcher (alert_id, job_id, partner, purpose, at)
    select f.id, m.job_id, m.searcher, m.purpose, m.at from matches m join alerts f on f.partner = m.partner and f.desk = m.desk and f.record_id = m.record_id
  )
  select count(*) into made from alerts;
  update match_job j set tokens = '{}' where j.at < midnight and j.tokens <> '{}' and exists (select from match_result r where r.job_id = j.id);
  delete from match_result r using match_job j where j.id = r.job_id and j.at < midnight - interval '30 days';
  delete from match_job j where j.at < midnight - interval '30 days';
  return made;
end $$;
--> statement-breakpoint
-- What the nodes may start: the batch of this day, by this clock.
create function prasan_firewall_today() returns integer
language sql security definer set search_path = pg_catalog, public as $$
  select prasan_firewall_batch(statement_timestamp())
$$;
--> statement-breakpoint
create function prasan_may_name(searcher text, searched timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from naming_agreement n where n.partner = searcher and n.period @> searched)
$$;
--> statement-breakpoint
revoke all on match_job, match_result, firewall_batch, firewall_alert, firewall_searcher, naming_agreement, case_confirmation from public;
revoke all on function prasan_protection_desks(text[], timestamptz) from public;
revoke all on function prasan_firewall_batch(timestamptz) from public;
revoke all on function prasan_firewall_today() from public;
revoke all on function prasan_may_name(text, timestamptz) from public;
grant execute on function prasan_firewall_today() to prasan_app;
grant execute on function prasan_may_name(text, timestamptz) to prasan_app;
grant insert on match_job to prasan_app;
grant select on firewall_alert, firewall_searcher to prasan_app;
grant select, insert on naming_agreement, case_confirmation to prasan_app;
grant usage on schema public to prasan_matcher;
grant select (id, at, tokens) on match_job to prasan_matcher;
grant select (token, record_id) on search_key to prasan_matcher;
grant select, insert on match_result to prasan_matcher;
--> statement-breakpoint
do $$
declare
  name text;
begin
  foreach name in array array['match_job', 'match_result', 'firewall_batch', 'firewall_alert', 'firewall_searcher', 'naming_agreement', 'case_confirmation'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_all on %I to prasan_owner using (true) with check (true)', name);
  end loop;
end $$;
--> statement-breakpoint
create policy app_add on match_job for insert to prasan_app with check (true);
create policy matcher_read on match_job for select to prasan_matcher using (true);
create policy matcher_all on match_result to prasan_matcher using (true) with check (true);
-- Of the search keys, those of the firewall alone: the byte after a token's field says what follows.
create policy matcher_read on search_key for select to prasan_matcher using (get_byte(token, 4) = 2);
--> statement-breakpoint
-- 64 is VICTIM_PROTECTION, 2 CONFIDENTIAL, 2 VICTIM (dictionary/compartment.ts; a test compares). Of a record that the desk does not see it is told nothing.
create policy app_read on firewall_alert for select to prasan_app using (
  partner = current_setting('prasan.partner') and current_setting('prasan.purpose')::integer = 64
  and current_setting('prasan.clearance')::integer >= 2 and current_setting('prasan.caveats')::integer & 2 <> 0
  and exists (select from record r where r.id = firewall_alert.record_id)
);
-- Who searched is told once their own desk agrees, and not before.
create policy app_read on firewall_searcher for select to prasan_app using (
  exists (select from firewall_alert a where a.id = firewall_searcher.alert_id) and prasan_may_name(firewall_searcher.partner, firewall_searcher.at)
);
create policy app_all on naming_agreement to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
create policy app_all on case_confirmation to prasan_app using (partner = current_setting('prasan.partner'))
  with check (partner = current_setting('prasan.partner') and exists (select from record r where r.id = case_confirmation.record_id and r.originator <> current_setting('prasan.partner')));
--> statement-breakpoint
-- A clause may keep readings from the originator for a stated time, for covert work. Null: it sees them at once.
alter table ledger_disclosure add column delay text;
--> statement-breakpoint
alter table ledger_disclosure add column visible_at timestamptz;
--> statement-breakpoint
drop policy app_read on ledger_disclosure;
--> statement-breakpoint
create policy app_read on ledger_disclosure for select to prasan_app
  using (originator = current_setting('prasan.partner') and coalesce(visible_at <= statement_timestamp(), true));
