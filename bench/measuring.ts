/** What the measurements share. */
import type { Loader } from './loader.ts';
import type { World } from './registry.ts';
import type { Sample } from './seed.ts';
import type { Database, Stage } from './stage.ts';

export interface Seeded {
  readonly database: Database;
  readonly count: number;
  readonly samples: readonly Sample[];
}

export interface Measuring {
  readonly stage: Stage;
  readonly world: World;
  readonly load: Loader;
  /** A million records; seeded on first use. */
  big(): Promise<Seeded>;
  /** Ten thousand. */
  small(): Promise<Seeded>;
  /** In the large exchange. */
  readonly records: number;
  /** Tells of progress. */
  say(text: string): void;
  /** Rows of the import. */
  readonly rows: number;
  readonly rounds: number;
  /** Of one round of load. */
  readonly seconds: number;
  /** Folder for a CPU profile of the measured server. */
  readonly profile: string | undefined;
}
