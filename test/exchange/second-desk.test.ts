/** A case is confirmed by a second desk: another than those that wrote who she is, of the same organisation or another. The attacker's side of it too. Synthetic people. */
import t from 'tap';
import { alerts, alertsOf, batch, confirm, open, passport, plant, search, tomorrow } from '../support/firewall.ts';

t.test('which desk may confirm', async (t) => {
  const w = await open(t);
  const id = await plant(w);
  const of = async (desk: string | undefined, subject: string) => w.x.as('th-shelter', { purpose: 'VICTIM_PROTECTION', subject, ...(desk !== undefined && { desk }) });
  const at = async (who: Awaited<ReturnType<typeof of>>, desk: string, victim = id): Promise<number> => (await who.post(`/v1/victims/${victim}/confirmations`, { desk })).statusCode;
  t.equal(await at(w.planter, 'protection'), 403, 'not the desk that wrote it');
  t.equal(await at(await of('protection', 'colleague'), 'protection'), 403, 'also by another officer');
  t.equal(await at(await of('second', 'planter'), 'second'), 403, 'nor the officer who wrote it, from another desk');
  t.equal(await at(await of(undefined, 'sister'), 'second'), 403, 'nor a token that names no desk');
  t.equal(await at(await of('nowhere', 'sister'), 'nowhere'), 403, 'or one that the organisation has not');
  t.equal(await at(w.sister, 'protection'), 400, 'nor one desk in the name of another');
  t.equal((await w.x.admin`select from case_confirmation`).length, 0);
  const done = await w.sister.post(`/v1/victims/${id}/confirmations`, { desk: 'second' });
  t.equal(done.statusCode, 200, `another desk of the same organisation may: ${done.body}`);
  await search(w);
  t.equal(await batch(w, tomorrow(2)), 1);

  t.test('a desk that writes who she is may not confirm that', async (t) => {
    const etag = String((await w.sister.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.sister.send('PATCH', `/v1/victims/${id}`, { documents: [passport, { ...passport, number: 'SYN 515151' }] }, { 'if-match': etag })).statusCode, 200);
    await w.police.get('/v1/identities?documents.number=SYN515151');
    t.equal(await batch(w, tomorrow(3)), 0, 'what was confirmed was another');
    t.equal(await at(w.sister, 'second'), 403);
    t.equal(await confirm(w, id), 200);
    t.equal(await batch(w, tomorrow(4)), 1, 'told once it is confirmed anew');
  });

  t.test('whatever else is written leaves a confirmation standing', async (t) => {
    const etag = String((await w.planter.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.planter.send('PATCH', `/v1/victims/${id}`, { nextOfKin: [{ name: 'Synthetic Relative' }] }, { 'if-match': etag })).statusCode, 200);
    await search(w);
    t.equal(await batch(w, tomorrow(5)), 1);
  });

  t.test('of a case whose desk is not known, only another organisation', async (t) => {
    const unseated = await plant({ planter: await of(undefined, 'planter') }, { documents: [{ ...passport, number: 'SYN616161' }] });
    t.equal(await at(w.sister, 'second', unseated), 403);
    t.equal(await confirm(w, unseated), 200);
  });

  t.test('an import remembers its desk too', async (t) => {
    const victim = { pseudonym: 'SYN-V-9', nrmStage: 'SCREENING', documents: [{ ...passport, number: 'SYN717171' }], classification: 'RESTRICTED', externalRef: 'SYN-9' };
    const answer = await w.planter.send('POST', '/v1/victims/import', JSON.stringify(victim), { 'content-type': 'application/x-ndjson' });
    t.match(answer.statusCode, /^20[0-2]$/, answer.body);
    t.match((await w.x.admin`select h.desk, h.subject from case_hand h join record r on r.id = h.record_id where r.id not in (select record_id from case_confirmation) and r.kind = 'Victim' and h.desk is not null`).map((row) => ({ ...row })), [{ desk: 'protection', subject: 'planter' }]);
  });

  t.test('the database holds it too', async (t) => {
    const stamped = async (partner: string, desk: string, subject: string, record = id): Promise<unknown> => w.x.store.write.write(
      { partner, purposeBit: 64, clearance: 3, caveats: 127 }, async (tx) => tx.firewall.confirm(record, desk, subject)).then(() => 'done', (error: unknown) => (error instanceof Error ? error.message : error));
    t.match(await stamped('th-shelter', 'protection', 'anybody'), /row-level security/);
    t.match(await stamped('th-shelter', 'third', 'planter'), /row-level security/);
    t.match(await stamped('kr-embassy', 'consular', 'anybody', '01920000-0000-7000-8000-000000000001'), /row-level security/);
  });

  t.test('a desk that the registry has no more has no say with the next request', async (t) => {
    const partners = new Map([...w.x.registry.partners].map(([one, partner]) => [one, one === 'th-msdhs' ? { ...partner, desks: [] } : partner]));
    t.equal((await w.desk.get('/v1/protection-alerts')).statusCode, 200);
    await w.x.apply({ partners, agreements: new Map([...w.x.registry.agreements].map(([one, { protectionDesk: _none, ...agreement }]) => [one, agreement])) });
    t.equal((await w.desk.get('/v1/protection-alerts')).statusCode, 403);
  });
  t.end();
});

t.test('no tripwire: what the attacker gets', async (t) => {
  const w = await open(t);
  const purpose = 'VICTIM_PROTECTION';
  /** All that somebody can read about a record that he planted. */
  const seen = async (who: Awaited<ReturnType<typeof w.x.as>>, id: string): Promise<string> => {
    const bodies: string[] = [];
    for (const url of [`/v1/victims/${id}`, `/v1/victims/${id}/revisions`, '/v1/victims?documents.number=SYN424242', '/v1/ledger', '/v1/changes/digest', '/v1/protection-alerts', '/v1/protection-referrals', '/v1/naming-agreements']) {
      const { statusCode, body } = await who.get(url);
      bodies.push(`${statusCode} ${body}`);
    }
    return bodies.join('\n').replaceAll(/"(requestId|cursor|nextCursor)":"[^"]*"/g, '"$1":""');
  };

  t.test('two colluding desks of one organisation learn nothing', async (t) => {
    const id = await plant(w);
    t.equal((await w.sister.post(`/v1/victims/${id}/confirmations`, { desk: 'second' })).statusCode, 200);
    const ledgerFree = async () => [await seen(w.planter, id), await seen(w.sister, id)].map((text) => text.replaceAll(/\{"id":"[^"]*","at":"[^"]*","partner":"th-shelter"[^}]*\}/g, 'own'));
    const before = await ledgerFree();
    await search(w);
    await w.police.post('/v1/identities', { identityStatus: 'SUSPECT', documents: [passport], classification: 'RESTRICTED' });
    t.equal(await batch(w, tomorrow(2)), 1, 'though the protection desk is told');
    t.match(await alerts(w), [{ record: id }]);
    t.strictSame((await ledgerFree()).map((text) => text.replaceAll(/(own,?)+/g, 'own')), before.map((text) => text.replaceAll(/(own,?)+/g, 'own')));
  });

  t.test('an officer at the protection desk reads no alert of a case that he planted, or confirmed', async (t) => {
    const [planter, confirmer] = [await w.x.as('th-msdhs', { purpose, desk: 'nrm', subject: 'bribed' }), await w.x.as('th-msdhs', { purpose, desk: 'second', subject: 'bribed-too' })];
    const id = await plant({ planter }, { documents: [{ ...passport, number: 'SYN313131' }] });
    t.equal((await confirmer.post(`/v1/victims/${id}/confirmations`, { desk: 'second' })).statusCode, 200);
    const before = await alertsOf(planter);
    await w.police.get('/v1/identities?documents.number=SYN313131');
    t.equal(await batch(w, tomorrow(3)), 1);
    t.strictSame(await alertsOf(planter), before);
    const moved = await w.x.as('th-msdhs', { purpose, desk: 'nrm', subject: 'bribed-too' });
    t.notMatch(JSON.stringify(await alertsOf(moved)), id, 'also when the one who confirmed it changes desks');
    t.match((await alerts(w))[0], { record: id }, 'his colleagues do');
  });

  t.test('what is planted into a confirmed case is told to nobody', async (t) => {
    const id = await plant(w, { documents: [{ ...passport, number: 'SYN818181' }] });
    t.equal(await confirm(w, id), 200);
    const etag = String((await w.planter.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.planter.send('PATCH', `/v1/victims/${id}`, { documents: [{ ...passport, number: 'SYN919191' }] }, { 'if-match': etag })).statusCode, 200);
    await w.police.get('/v1/identities?documents.number=SYN919191');
    t.equal(await batch(w, tomorrow(4)), 0);
  });
  t.end();
});
