-- Whose turn it is: a clock waits for who was asked, for who asks, or for either. Who asks finds in its inbox what it has to decide.
alter table request_leg
  -- The desk of those who ask that decides.
  add column asker_desk text not null default '',
  -- What the request names as its end.
  add column until_at timestamptz,
  -- When the first of the clocks that wait for who asks runs out, or ran out; null: it is not its turn.
  add column asker_due timestamptz,
  add column asker_escalated_at timestamptz;
create index request_leg_asker on request_leg (asker, asker_desk, asker_due, record_id) where asker_due is not null;
--> statement-breakpoint
-- A reminder (TELL) is nobody's turn until it has run out. Kept by the database, so that whoever moves a leg, a side or the clock, keeps it alike.
create function prasan_leg_turn() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  new.asker_due := (select min((c ->> 'due')::timestamptz) from jsonb_array_elements(new.clocks) c
    where c ->> 'waitsFor' in ('ASKER', 'EITHER') and (c ->> 'then' <> 'TELL' or c ? 'fired'));
  if new.asker_due is null then
    new.asker_escalated_at := null;
  end if;
  return new;
end $$;
create trigger request_leg_turn before insert or update on request_leg for each row execute function prasan_leg_turn();
--> statement-breakpoint
create or replace function prasan_leg_moved() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  shown jsonb := jsonb_strip_nulls(jsonb_build_object(
    'desk', jsonb_build_object('partner', new.partner, 'desk', new.desk), 'state', new.state, 'since', prasan_instant(new.since), 'due', prasan_instant(new.due),
    'clocks', (select jsonb_agg(c - 'then' - 'to' - 'next') from jsonb_array_elements(new.clocks) c), 'steps', new.steps));
begin
  update record r set body = (r.body - 'due' - 'clocks') || shown, updated_at = statement_timestamp() where r.id = new.record_id;
  insert into outbox (record_id, kind, before_audience, after_audience, fields)
    select r.id, r.kind, r.audience_id, r.audience_id, '{state}' from record r where r.id = new.record_id;
  return null;
end $$;
--> statement-breakpoint
-- As before; and what expires may leave something to do, by clocks that the move before it wrote down (`next`).
create or replace function prasan_fire_clocks(at_most integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  leg request_leg%rowtype;
  ran jsonb;
  left_clocks jsonb;
  made jsonb;
  over jsonb;
  done integer := 0;
  stamp text := prasan_instant(statement_timestamp());
begin
  for leg in select * from request_leg l where l.next_at <= statement_timestamp() order by l.next_at limit at_most for update skip locked loop
    left_clocks := '[]';
    made := '[]';
    over := null;
    for ran in select c from jsonb_array_elements(leg.clocks) c order by c ->> 'due' loop
      if ran ? 'fired' or (ran ->> 'due')::timestamptz > statement_timestamp() then
        left_clocks := left_clocks || jsonb_build_array(ran);
      else
        left_clocks := left_clocks || jsonb_build_array(ran || jsonb_build_object('fired', stamp));
        if ran ->> 'then' = 'EXPIRE' then
          over := ran;
          made := made || jsonb_build_array(jsonb_build_object('step', 'EXPIRE', 'clock', ran ->> 'clock', 'at', stamp, 'to', ran ->> 'to'));
          exit;
        end if;
        made := made || jsonb_build_array(jsonb_build_object('step', ran ->> 'then', 'clock', ran ->> 'clock', 'at', stamp, 'to', leg.state));
        if ran ->> 'then' = 'ESCALATE' and ran ->> 'waitsFor' = 'ASKER' then
          leg.asker_escalated_at := coalesce(leg.asker_escalated_at, statement_timestamp());
        elsif ran ->> 'then' = 'ESCALATE' then
          leg.escalated_at := coalesce(leg.escalated_at, statement_timestamp());
        end if;
      end if;
    end loop;
    if over is not null then
      left_clocks := coalesce((select jsonb_agg((n - 'within') || jsonb_build_object('due', prasan_instant(statement_timestamp() + (n ->> 'within')::interval)))
        from jsonb_array_elements(over -> 'next') n), '[]');
      leg.state := over ->> 'to';
      leg.since := statement_timestamp();
      leg.escalated_at := null;
    end if;
    update request_leg l set clocks = left_clocks, steps = leg.steps || made, state = leg.state, since = leg.since,
      escalated_at = leg.escalated_at, asker_escalated_at = leg.asker_escalated_at, waiting = jsonb_array_length(left_clocks) > 0,
      due = (select min((c ->> 'due')::timestamptz) from jsonb_array_elements(left_clocks) c),
      next_at = (select min((c ->> 'due')::timestamptz) from jsonb_array_elements(left_clocks) c where not c ? 'fired')
      where l.record_id = leg.record_id;
    done := done + 1;
  end loop;
  return done;
end $$;
--> statement-breakpoint
revoke all on function prasan_leg_turn() from public;
