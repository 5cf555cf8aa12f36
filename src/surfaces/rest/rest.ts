/** Every REST route, from top to bottom. */
import type { FastifyInstance } from 'fastify';
import { isImported } from '../../dictionary/course.ts';
import type { Dictionary } from '../../dictionary/types.ts';
import type { Exchange } from '../../exchange/api.ts';
import { addAttachmentRoutes } from './attachments.ts';
import { addErasureRoutes } from './erasure.ts';
import { addCaseRoute } from './caseload.ts';
import { addFeedRoutes } from './feed.ts';
import { addFirewallRoutes } from './firewall.ts';
import { addImportRoutes } from './imports.ts';
import { addInboxRoute } from './inbox.ts';
import { addLookupRoute } from './lookups.ts';
import { addMoneyRoute } from './money.ts';
import { addRecordRoutes } from './records.ts';
import { addRegistryRoutes } from './registry-views.ts';
import { addStatisticRoutes } from './statistics.ts';

/** Registers the routes of the contract, for every kind of the dictionary. */
export async function addRest(app: FastifyInstance, exchange: Exchange, dictionary: Dictionary): Promise<void> {
  addRegistryRoutes(app, exchange);
  for (const kind of dictionary.kinds.values()) {
    addRecordRoutes(app, exchange, kind);
    addErasureRoutes(app, exchange, kind);
  }
  addMoneyRoute(app, exchange, dictionary);
  addFirewallRoutes(app, exchange, dictionary);
  addLookupRoute(app, exchange);
  await addImportRoutes(app, exchange, [...dictionary.kinds.values()].filter(isImported));
  await addAttachmentRoutes(app, exchange, dictionary);
  addInboxRoute(app, exchange, dictionary);
  addCaseRoute(app, exchange);
  addFeedRoutes(app, exchange, dictionary);
  addStatisticRoutes(app, exchange);
}
