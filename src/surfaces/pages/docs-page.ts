/** The REST reference as one page without a script: it works wherever a browser does, and under a policy that allows nothing. */
import { codes, statusOf, titleOf } from '../../errors.ts';
import type { Language } from '../language.ts';
import { typeOf } from '../problem.ts';
import type { Contract } from './contract.ts';
import { exampleOf, isNode, listIn, type Node, nodeIn, type Operation, operationsOf, resolve, textIn, typeNameOf } from './docs-document.ts';
import { html, type Html, prose } from './docs-html.ts';
import { type Words, wordsIn } from './docs-words.ts';
import { documentInThai, textInThai } from './thai/contract.ts';

function typeLink(schema: Node): Html {
  const { text, schema: target } = typeNameOf(schema);
  return target === undefined ? html`<code>${text}</code>` : html`<a href="#schema-${target}"><code>${text}</code></a>`;
}

const described = (node: Node): Html => prose(textIn(node, 'description') ?? textIn(node, 'summary') ?? '');

function exampleBlock(example: unknown, words: Words): Html {
  if (example === undefined) return html``;
  const text = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
  return html`<details><summary>${words.example}</summary><pre><code>${text}</code></pre></details>`;
}

function parameterTable(operation: Operation, words: Words): Html {
  if (operation.parameters.length === 0) return html``;
  const rows = operation.parameters.map((parameter) => html`<tr>
<td><code>${textIn(parameter, 'name')}</code>${parameter['required'] === true ? html` <em>${words.required}</em>` : undefined}</td>
<td>${textIn(parameter, 'in')}</td><td>${typeLink(nodeIn(parameter, 'schema'))}</td><td>${described(parameter)}</td></tr>`);
  return html`<h4>${words.parameters}</h4><div class="wide"><table>
<thead><tr><th>${words.name}</th><th>${words.where}</th><th>${words.type}</th><th>${words.meaning}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function contentOf(document: Node, holder: Node, words: Words): Html[] {
  return Object.entries(nodeIn(holder, 'content')).filter((entry): entry is [string, Node] => isNode(entry[1])).map(
    ([type, media]) => html`<p><code>${type}</code> ${typeLink(nodeIn(media, 'schema'))}</p>${exampleBlock(exampleOf(document, media), words)}`,
  );
}

function bodyBlock(document: Node, operation: Operation, words: Words): Html {
  if (!isNode(operation.node['requestBody'])) return html``;
  const body = resolve(document, operation.node['requestBody']);
  return html`<h4>${words.body}</h4>${described(body)}${contentOf(document, body, words)}`;
}

function answersBlock(document: Node, operation: Operation, words: Words): Html {
  const answers = Object.entries(nodeIn(operation.node, 'responses')).filter((entry): entry is [string, Node] => isNode(entry[1]));
  const rows = answers.map(([status, node]) => {
    const answer = resolve(document, node);
    return html`<dt><code>${status}</code></dt><dd>${described(answer)}${contentOf(document, answer, words)}</dd>`;
  });
  return html`<details><summary>${words.answers}</summary><dl>${rows}</dl></details>`;
}

function operationBlock(document: Node, operation: Operation, words: Words): Html {
  const { id, method, path, node } = operation;
  return html`<section class="operation" id="${id}"><h3><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></h3>
<p class="summary">${textIn(node, 'summary')}</p>${node['description'] === node['summary'] ? undefined : prose(textIn(node, 'description') ?? '')}
${parameterTable(operation, words)}${bodyBlock(document, operation, words)}${answersBlock(document, operation, words)}</section>`;
}

function schemaBlock(name: string, schema: Node, words: Words): Html {
  const required = listIn(schema, 'required');
  const properties = Object.entries(nodeIn(schema, 'properties')).filter((entry): entry is [string, Node] => isNode(entry[1]));
  const rows = properties.map(([property, node]) => html`<tr>
<td><code>${property}</code>${required.includes(property) ? html` <em>${words.required}</em>` : undefined}</td><td>${typeLink(node)}</td><td>${described(node)}</td></tr>`);
  const table = rows.length === 0 ? html`<p>${typeLink(schema)}</p>` : html`<div class="wide"><table>
<thead><tr><th>${words.name}</th><th>${words.type}</th><th>${words.meaning}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<section id="schema-${name}"><h3><code>${name}</code></h3>${described(schema)}${table}</section>`;
}

function problemTable(words: Words, language: Language): Html {
  const rows = codes.map((code) => html`<tr id="problem-${typeOf(code).slice('/problems/'.length)}"><td><code>${code}</code></td><td>${statusOf(code)}</td><td>${titleOf(code, language)}</td></tr>`);
  return html`<section id="problems"><h2>${words.problems}</h2><p>${words.problemsText}</p><div class="wide"><table>
<thead><tr><th>${words.code}</th><th>${words.status}</th><th>${words.meaning}</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function sourceBlock({ sources = [] }: Contract, words: Words): Html {
  if (sources.length === 0) return html``;
  const rows = sources.map(({ name, licence, date, url }) => html`<tr><td>${url === undefined ? name : html`<a href="${url}" rel="noreferrer">${name}</a>`}</td><td>${licence}</td><td>${date}</td></tr>`);
  return html`<section id="sources"><h2>${words.sources}</h2><p>${words.sourcesText}</p><table>
<thead><tr><th>${words.name}</th><th>${words.licence}</th><th>${words.date}</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

const link = ({ id, method, path }: Operation): Html => html`<li><a href="#${id}"><span class="method ${method.toLowerCase()}">${method}</span> ${path}</a></li>`;

/** A tag's Thai term: the first words of its description. */
function tagInThai(document: Node, tag: string): string {
  const described = listIn(document, 'tags').filter(isNode).find((one) => one['name'] === tag);
  const term = /\(([^()]*[\u0e00-\u0e7f][^()]*)\)/.exec(textIn(described ?? {}, 'description') ?? '')?.[1];
  return term ?? textInThai(tag);
}

/** The page in one language. */
export function docsPage(contract: Contract, language: Language): Html {
  const words = wordsIn(language);
  const document = language === 'th' ? documentInThai(contract.openapi) : contract.openapi;
  const info = nodeIn(document, 'info');
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map((operation) => operation.tag))];
  const groups = tags.map((tag) => ({ tag: language === 'th' ? tagInThai(contract.openapi, tag) : tag, of: operations.filter((operation) => operation.tag === tag) }));
  const schemas = Object.entries(nodeIn(nodeIn(document, 'components'), 'schemas')).filter((entry): entry is [string, Node] => isNode(entry[1]));
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prasan: ${words.title}</title><link rel="stylesheet" href="/docs/style.css"></head><body>
<a class="skip" href="#content">${words.skip}</a>
<nav aria-label="${words.contents}"><p class="brand">Prasan <span lang="th">ประสาน</span></p>
<p><a href="/docs?lang=${language === 'th' ? 'en' : 'th'}" hreflang="${language === 'th' ? 'en' : 'th'}">${words.other}</a></p>
${groups.map(({ tag, of }) => html`<h2>${tag}</h2><ul>${of.map(link)}</ul>`)}
<ul><li><a href="#schemas">${words.schemas}</a></li><li><a href="#problems">${words.problems}</a></li></ul></nav>
<main id="content"><h1>${textIn(info, 'title') ?? 'Prasan'} <small>${textIn(info, 'version')}</small></h1>${prose(textIn(info, 'description') ?? '')}
<p>${words.documents} <a href="/openapi.yaml">OpenAPI 3.1 (YAML)</a>, <a href="/openapi.json">OpenAPI 3.1 (JSON)</a>, <a href="/openapi-3.0.json">OpenAPI 3.0 (JSON)</a>.</p>
<section><h2>${words.access}</h2><p>${words.accessText}</p></section>
<h2 id="operations">${words.operations}</h2>${groups.map(({ of }) => of.map((operation) => operationBlock(document, operation, words)))}
<h2 id="schemas">${words.schemas}</h2>${schemas.map(([name, schema]) => schemaBlock(name, schema, words))}
${problemTable(words, language)}${sourceBlock(contract, words)}</main></body></html>`;
}
