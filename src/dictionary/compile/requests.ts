/** `@machine` and `@request`: read as data, checked at start. Whatever is wrong is told with its file and line. */
import {
  coerceInputValue, type ConstDirectiveNode, type ConstValueNode, type EnumValueDefinitionNode, getArgumentValues, getNamedType, getNullableType, type GraphQLObjectType, type GraphQLSchema, isEnumType, isObjectType, Kind as Ast, valueFromASTUntyped,
} from 'graphql';
import { precedences, type Machine, type MoveRule, type Precedence, type RequestAuthority, type RequestClock, type RequestKind, type RequestKinds } from '../requests.ts';
import type { Faults, Subject } from '../fault.ts';
import { againstFaults, askedFaults, clockFaults, kindFaults, machineFaults, unheardOf } from './request-rules.ts';

const enumName = 'RequestKind';
const statesName = 'RequestState';
const bodiesName = 'Request';

/** What stands at a path of a written value: the fault's own line. */
function nodeAt(value: ConstValueNode, path: readonly (string | number)[]): ConstValueNode {
  const [step, ...rest] = path;
  const inner = value.kind === Ast.LIST ? value.values[Number(step)] : value.kind === Ast.OBJECT ? value.fields.find(({ name }) => name.value === step)?.value : undefined;
  return step === undefined || inner === undefined ? value : nodeAt(inner, rest);
}

/** A directive's arguments, coerced; undefined where they do not fit: every fault is noted with its own line. */
function argumentsOf(schema: GraphQLSchema, node: ConstDirectiveNode, faults: Faults, subject: Subject): Readonly<Record<string, unknown>> | undefined {
  const definition = schema.getDirective(node.name.value);
  let sound = definition !== undefined && definition !== null;
  for (const { name, value } of node.arguments ?? []) {
    const type = definition?.args.find((one) => one.name === name.value)?.type;
    if (type === undefined) continue;
    coerceInputValue(valueFromASTUntyped(value), type, (path, _, error) => {
      sound = false;
      faults.add(nodeAt(value, path), subject, 'directive', `${[name.value, ...path].join('.')}: ${error.message}`);
    });
  }
  return sound && definition ? getArgumentValues(definition, node) : undefined;
}

const present = <T extends object>(given: T): T => Object.freeze(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined)) as T);

function machinesOf(schema: GraphQLSchema, faults: Faults): Map<string, Machine> {
  const machines = new Map<string, Machine>();
  const type = schema.getType(statesName);
  const directives = isEnumType(type) ? (type.astNode?.directives ?? []).filter(({ name }) => name.value === 'machine') : [];
  for (const node of directives) {
    const given = argumentsOf(schema, node, faults, { type: statesName }) as (Omit<Machine, 'moves'> & { readonly moves: readonly MoveRule[] }) | undefined;
    if (given === undefined) continue;
    const machine: Machine = Object.freeze({ name: given.name, done: given.done, ends: given.ends, moves: Object.freeze(given.moves.map(present)) });
    if (machines.has(machine.name)) faults.add(node, { type: statesName }, 'machine', `there is a machine "${machine.name}" already`);
    for (const message of machineFaults(machine)) faults.add(node, { type: statesName }, 'machine', `machine "${machine.name}": ${message}`);
    machines.set(machine.name, machine);
  }
  return machines;
}

interface GivenClock extends Omit<RequestClock, 'within'> {
  readonly within?: string | null;
  readonly times?: Readonly<Record<Precedence, string>> | null;
}

interface Given {
  readonly machine: string;
  readonly body?: string | null;
  readonly clocks: readonly GivenClock[];
  readonly authorities: readonly RequestAuthority[];
  readonly embassy: boolean;
  readonly against?: RequestKind['against'] | null;
  readonly effect?: RequestKind['effect'] | null;
  readonly says?: readonly string[] | null;
  readonly keptAt?: string | null;
  readonly latest?: RequestKind['latest'] | null;
}

function clockOf({ within, times, ...clock }: GivenClock): RequestClock {
  const durations = times ?? Object.fromEntries(precedences.map((name) => [name, within ?? '']));
  return present({ ...clock, within: Object.freeze({ ...durations }) as RequestClock['within'] });
}

function kindOf(schema: GraphQLSchema, value: EnumValueDefinitionNode, machines: ReadonlyMap<string, Machine>, faults: Faults): RequestKind | undefined {
  const name = value.name.value;
  const subject = { type: enumName, field: name };
  const directive = value.directives?.find((one) => one.name.value === 'request');
  if (directive === undefined) {
    faults.add(value, subject, 'request', 'has no @request: which machine, which body, which clocks, which authorities');
    return undefined;
  }
  const given = argumentsOf(schema, directive, faults, subject) as Given | undefined;
  if (given === undefined) return undefined;
  const machine = machines.get(given.machine);
  const fault = (message: string): void => faults.add(directive, subject, 'request', message);
  if (machine === undefined) {
    fault(`there is no machine "${given.machine}": one of ${[...machines.keys()].join(', ')}`);
    return undefined;
  }
  for (const { clock, within, times } of given.clocks) if ([within, times].filter((one) => one !== null && one !== undefined).length !== 1) fault(`clock ${clock}: says one of within, times`);
  const { file, description } = { file: value.loc?.source.name ?? '', description: value.description?.value ?? name };
  const kind: RequestKind = present({
    name, description, file, body: given.body ?? '', machine, clocks: Object.freeze(given.clocks.map(clockOf)), authorities: Object.freeze(given.authorities.map(present)),
    embassy: given.embassy, against: Object.freeze((given.against ?? []).map(present)), ...(given.effect && { effect: given.effect }),
    says: Object.freeze(given.says ?? []), ...(given.keptAt && { keptAt: given.keptAt }), latest: Object.freeze((given.latest ?? []).map(present)),
  });
  for (const message of [...kindFaults(kind), ...clockFaults(kind), ...againstFaults(kind, bodyType(schema, kind.body)), ...askedFaults(kind, bodyType(schema, kind.body), requestFields(schema))]) fault(message);
  return kind;
}

/** The members of a body, dotted, down to what is no object. Undefined: there is no such body. */
function bodyType(schema: GraphQLSchema, body: string): ReadonlySet<string> | undefined {
  const request = schema.getType(bodiesName);
  const type = isObjectType(request) ? getNamedType(request.getFields()[body]?.type) : undefined;
  const leaves = (within: GraphQLObjectType, at: string): string[] => Object.values(within.getFields()).flatMap(({ name, type: of }) => {
    const named = getNamedType(of);
    return isObjectType(named) ? leaves(named, `${at}${name}.`) : [`${at}${name}`];
  });
  return isObjectType(type) ? new Set(leaves(type, '')) : undefined;
}

/** Names of the fields of every request. */
function requestFields(schema: GraphQLSchema): ReadonlySet<string> {
  const request = schema.getType(bodiesName);
  return new Set(isObjectType(request) ? Object.keys(request.getFields()) : []);
}

/** Each kind's body is a field of `Request` that holds an object, and no other kind's. */
function checkBodies(schema: GraphQLSchema, kinds: readonly RequestKind[], faults: Faults): void {
  const request = schema.getType(bodiesName);
  const holders = new Map<string, string>();
  for (const { name, body } of kinds) {
    const node = isEnumType(schema.getType(enumName)) ? (schema.getType(enumName)?.astNode as { values?: readonly EnumValueDefinitionNode[] } | undefined)?.values?.find((value) => value.name.value === name) : undefined;
    const field = isObjectType(request) ? request.getFields()[body] : undefined;
    const other = holders.get(body);
    holders.set(body, name);
    const message = other !== undefined ? `body "${body}" is that of ${other}`
      : isObjectType(request) && !(field !== undefined && isObjectType(getNullableType(field.type))) ? `body "${body}" names no field of ${bodiesName} that holds an object` : undefined;
    if (message !== undefined) faults.add(node, { type: enumName, field: name }, 'request', message);
  }
}

/** @returns the kinds of requests by name; none where the schema speaks of none */
export function compileRequests(schema: GraphQLSchema, faults: Faults): RequestKinds {
  const type = schema.getType(enumName);
  if (!isEnumType(type)) return new Map();
  const machines = machinesOf(schema, faults);
  const kinds = type.getValues().flatMap(({ astNode }) => (astNode ? (kindOf(schema, astNode, machines, faults) ?? []) : []));
  checkBodies(schema, kinds, faults);
  for (const machine of machines.values()) for (const message of unheardOf(machine, kinds)) faults.add(schema.getType(statesName)?.astNode ?? undefined, { type: statesName }, 'machine', `machine "${machine.name}": ${message}`);
  return new Map(kinds.map((kind) => [kind.name, Object.freeze(kind)]));
}
