-- What was made of a record (a testimony of a victim): it ends with what it was made of, whichever way that goes, by an officer, with a whole import, by order
-- or by its own retention, and is erased with it. Two ids in clear, as the ends of links are: the database must find them without a key.
create table record_extract (
  source_id uuid not null,
  record_id uuid not null,
  originator text not null,
  primary key (source_id, record_id)
);
create index record_extract_record on record_extract (record_id);
alter table record_extract enable row level security;
alter table record_extract force row level security;
create policy owner_all on record_extract to prasan_owner using (true) with check (true);
revoke all on record_extract from public;
grant select, insert on record_extract to prasan_app;
create policy app_read on record_extract for select to prasan_app using (originator = current_setting('prasan.partner'));
-- Both are the writer's own: who could name another's would have it erased with one of its own.
create policy app_add on record_extract for insert to prasan_app with check (originator = current_setting('prasan.partner')
  and exists (select 1 from record r where r.id = record_extract.record_id and r.originator = current_setting('prasan.partner'))
  and exists (select 1 from record r where r.id = record_extract.source_id and r.originator = current_setting('prasan.partner')));
--> statement-breakpoint
-- As before, and what is under a hold after that which it was made of is gone: it stands nowhere (0 is nobody's audience), for nobody.
create or replace function prasan_strand(stranded uuid) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  f audience%rowtype;
  left_ends integer[] := prasan_ends_of(stranded);
  target integer;
begin
  if exists (select 1 from record_extract x where x.record_id = stranded) then
    left_ends := array[0];
  end if;
  select a.* into strict f from record r join audience a on a.id = r.audience_id where r.id = stranded;
  insert into audience (kind, level, originator, channels, state, recipients, purposes, case_tag, ends)
    values (f.kind, f.level, f.originator, f.channels, f.state, f.recipients, f.purposes, f.case_tag, left_ends) on conflict do nothing;
  select a.id into strict target from audience a where (a.kind, a.level, a.originator, a.channels, a.state, a.ends) = (f.kind, f.level, f.originator, f.channels, f.state, left_ends)
    and a.recipients is not distinct from f.recipients and a.purposes is not distinct from f.purposes and a.case_tag is not distinct from f.case_tag;
  update record r set audience_id = target where r.id = stranded;
  delete from search_key k where k.record_id = stranded;
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (stranded, f.kind, f.id, target, '{}');
end $$;
--> statement-breakpoint
-- As before, and what was made of the erased record goes with it.
create or replace function prasan_bury(gone uuid, why text, since timestamptz) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  r public.record%rowtype;
  dependent uuid;
begin
  delete from record d where d.id = gone returning * into strict r;
  delete from search_key k where k.record_id = gone;
  delete from revision v where v.record_id = gone;
  delete from record_ref f where f.record_id = gone;
  delete from record_end e where e.record_id = gone;
  delete from record_extract x where x.record_id = gone;
  delete from notice n where n.record_id = gone;
  delete from case_confirmation c where c.record_id = gone;
  delete from firewall_searcher s using firewall_alert a where s.alert_id = a.id and a.record_id = gone;
  delete from firewall_alert a where a.record_id = gone;
  update match_result m set records = array_remove(m.records, gone) where m.records @> array[gone];
  update share s set ended_at = since where s.record_id = gone and s.ended_at is null;
  insert into tombstone (record_id, kind, originator, audience_id, level, reason, erased_at)
    values (gone, r.kind, r.originator, r.audience_id, r.classification, why, since);
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (gone, r.kind, r.audience_id, 0, '{}');
  for dependent in select e.record_id from record_end e where e.end_id = gone union select x.record_id from record_extract x where x.source_id = gone order by 1 loop
    -- A hold takes the row's lock too: what is seen under it stands.
    perform 1 from record d where d.id = dependent for update;
    continue when not found;
    if prasan_held(dependent) then
      perform prasan_strand(dependent);
    else
      perform prasan_bury(dependent, why, since);
    end if;
  end loop;
end $$;
--> statement-breakpoint
-- By which transaction a reading was entered: who asks for what came since must not pass by one whose transaction was not committed yet when it looked, nor
-- one that a clause kept back until later.
alter table ledger_disclosure add column tx bigint not null default pg_current_xact_id()::text::bigint;
--> statement-breakpoint
create index ledger_disclosure_tx on ledger_disclosure (originator, tx);
--> statement-breakpoint
create index ledger_disclosure_visible on ledger_disclosure (originator, visible_at) where visible_at is not null;
