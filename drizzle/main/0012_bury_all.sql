-- What the firewall and the notices say of a record goes with it.
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
  delete from notice n where n.record_id = gone;
  delete from case_confirmation c where c.record_id = gone;
  delete from firewall_searcher s using firewall_alert a where s.alert_id = a.id and a.record_id = gone;
  delete from firewall_alert a where a.record_id = gone;
  update match_result m set records = array_remove(m.records, gone) where m.records @> array[gone];
  update share s set ended_at = since where s.record_id = gone and s.ended_at is null;
  insert into tombstone (record_id, kind, originator, audience_id, level, reason, erased_at)
    values (gone, r.kind, r.originator, r.audience_id, r.classification, why, since);
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (gone, r.kind, r.audience_id, 0, '{}');
  for dependent in select e.record_id from record_end e where e.end_id = gone order by e.record_id loop
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
-- For the lines above: without them every erasure would read these tables whole.
create index match_result_records on match_result using gin (records);
--> statement-breakpoint
create index firewall_alert_record on firewall_alert (record_id);
--> statement-breakpoint
create index notice_record on notice (record_id);
