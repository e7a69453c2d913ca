/**
 * Reads a workflow of GitHub Actions from standard input and prints what GitHub's own parser has against it, as a JSON
 * array of messages. A process of its own, because the parser imports JSON as bundlers understand it: here a hook
 * adds to such imports what Node wants to see.
 */
import { readFileSync } from 'node:fs';
import { register } from 'node:module';

const hook = `export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  return found.url.endsWith('.json') ? { ...found, importAttributes: { type: 'json' } } : found;
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
);

const content = readFileSync(0, 'utf8');
const { context, value } = parseWorkflow({ name: 'workflow.yml', content }, new NoOperationTraceWriter());
if (value !== undefined) await convertWorkflowTemplate(context, value);
process.stdout.write(JSON.stringify(context.errors.getErrors().map(({ message }) => message)));
