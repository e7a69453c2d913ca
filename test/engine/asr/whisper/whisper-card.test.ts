import { describe, expect, it } from 'vitest';
import { parseJsonFile } from '../../../../src/engine/asr/whisper/json-fields.ts';
import { cardOf, END, FIRST_TIMESTAMP, NO_SPEECH, scriptedFiles, START } from './scripted-whisper.ts';

type Files = ReturnType<typeof scriptedFiles>;

function damaged(change: (files: Files) => void): Files {
  const files = scriptedFiles();
  change(files);
  return files;
}

describe('the card of a Whisper folder', () => {
  it('[ENG-91] takes every id from the files', () => {
    const { tokens, rules } = cardOf(scriptedFiles());
    expect(tokens).toMatchObject({
      endOfText: END,
      startOfTranscript: START,
      firstTimestamp: FIRST_TIMESTAMP,
      noTimestamps: FIRST_TIMESTAMP - 1,
      noSpeech: NO_SPEECH,
    });
    expect([...tokens.languages.keys()]).toEqual(['en', 'ja', 'jv']);
    expect(rules.maxInitialTimestamp).toBe(50);
  });

  it('[ENG-93] of an English-only model has no languages and no task, whatever the vocabulary lists', () => {
    const { tokens } = cardOf(damaged(({ generation }) => (generation['is_multilingual'] = false)));
    expect(tokens.languages.size).toBe(0);
    expect(tokens.transcribe).toBeUndefined();
  });

  it('[ENG-96] without alignment heads takes those of the later half of the decoder', () => {
    const files = damaged(({ config, generation }) => {
      config['decoder_layers'] = 3;
      delete generation['alignment_heads'];
    });
    expect(cardOf(files).alignmentHeads).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
  });

  it.each<[string, (files: Files) => void, RegExp]>([
    ['another family', ({ config }) => (config['model_type'] = 'moonshine'), /config\.json.*moonshine/],
    ['no size', ({ config }) => delete config['d_model'], /config\.json has no d_model/],
    ['a size that is none', ({ config }) => (config['decoder_layers'] = '4'), /decoder_layers "4"/],
    ['another end', ({ generation }) => (generation['eos_token_id'] = 50_257), /eos_token_id 50257/],
    ['another start', ({ config }) => (config['decoder_start_token_id'] = 1), /decoder_start_token_id 1/],
    ['rules that are none', ({ generation }) => (generation['suppress_tokens'] = [-1]), /suppress_tokens/],
    [
      'heads that are no pairs',
      ({ generation }) => (generation['alignment_heads'] = [[1]]),
      /alignment_heads/,
    ],
    ['a head it does not have', ({ generation }) => (generation['alignment_heads'] = [[0, 2]]), /\[0, 2\]/],
    ['no start token', ({ tokenizer }) => (tokenizer['added_tokens'] = []), /<\|endoftext\|>/],
  ])('[ENG-91] with %s is refused by file and field', (_, change, message) => {
    expect(() => cardOf(damaged(change))).toThrow(message);
    expect(() => cardOf(damaged(change))).toThrow(expect.objectContaining({ code: 'model_invalid' }));
  });

  it('[ENG-91] a file that is not JSON, or no object, is refused by name', () => {
    expect(() => parseJsonFile('config.json', '{')).toThrow(/config\.json is not JSON/);
    expect(() => parseJsonFile('config.json', '[]')).toThrow(/config\.json is not a JSON object/);
  });
});
