/**
 * A server of another product's wire, scripted, in a process of its own: it prints its address and serves until it is
 * killed. Argument: JSON with `wire` (vosk or openai) and what is done otherwise than usual.
 */
import { WebSocketServer } from 'ws';

const options = JSON.parse(process.argv[2] ?? '{}');
const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  verifyClient: ({ req }, done) => {
    const isKnown = options.key === undefined || req.headers.authorization === `Bearer ${options.key}`;
    done(isKnown, 401, isKnown ? '' : 'Unauthorized');
  },
});
server.on('listening', () => process.stdout.write(`ws://127.0.0.1:${String(server.address().port)}\n`));
server.on('connection', options.wire === 'openai' ? serveOpenai : serveVosk);

const later = (task) => setTimeout(task, options.delayMs ?? 0);

/** `asr_server.py`: a recogniser from the first audio on, one answer for each message of audio, a last one for eof. */
function serveVosk(socket) {
  const finalEverySamples = 16_000;
  let rate = 8000;
  let samples = 0;
  const say = (answer) => later(() => socket.send(JSON.stringify(answer)));
  socket.on('message', (data, isBinary) => {
    if (!isBinary) {
      const text = data.toString();
      if (text.includes('config')) rate = JSON.parse(text).config.sample_rate;
      else if (text === '{"eof" : 1}') {
        say(
          options.alternatives
            ? { alternatives: [{ confidence: 1, text: ' the end' }] }
            : { text: 'the end' },
        );
        later(() => socket.close());
      }
      return;
    }
    const before = Math.floor(samples / finalEverySamples);
    samples += data.byteLength / 2;
    if (Math.floor(samples / finalEverySamples) > before) say({ result: [], text: `one two ${rate}` });
    else say({ partial: `one ${'x'.repeat(Math.floor(samples / 3200))}` });
    if (options.answersTwice) say({ partial: `twice ${samples}` });
  });
}

/** Realtime transcription: turns of half a second by the server's own detector, what is left by a commit. */
function serveOpenai(socket) {
  const turnSamples = 12_000;
  const prefix = options.isOlder ? 'transcription_session' : 'session';
  let samples = 0;
  let turns = 0;
  const say = (type, more) => socket.send(JSON.stringify({ type, event_id: 'e', ...more }));
  const transcribe = (item_id, text) => {
    const told = { item_id, content_index: 0 };
    later(() => {
      if (options.fails) {
        say('conversation.item.input_audio_transcription.failed', {
          ...told,
          error: { message: 'no model' },
        });
        return;
      }
      say('conversation.item.input_audio_transcription.delta', { ...told, delta: 'one' });
      say('conversation.item.input_audio_transcription.delta', { ...told, delta: ' two' });
      say('conversation.item.input_audio_transcription.completed', { ...told, transcript: text });
    });
  };
  say(`${prefix}.created`, { session: { id: 's' } });
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString());
    if (message.type === `${prefix}.update`) {
      const { session } = message;
      const input = options.isOlder ? session : session.audio.input;
      const format = options.isOlder ? input.input_audio_format : input.format.rate;
      if (format !== (options.isOlder ? 'pcm16' : 24_000))
        say('error', { error: { code: 'x', message: 'format' } });
      else say(`${prefix}.updated`, { session });
    }
    if (message.type === 'input_audio_buffer.append') {
      samples += Buffer.from(message.audio, 'base64').byteLength / 2;
      for (; (turns + 1) * turnSamples <= samples; turns++) {
        const item_id = `item_${String(turns)}`;
        // Some models write while a turn is still spoken.
        say('conversation.item.input_audio_transcription.delta', { item_id, content_index: 0, delta: '' });
        say('input_audio_buffer.speech_stopped', { item_id, audio_end_ms: (turns + 1) * 500 });
        say('input_audio_buffer.committed', { item_id });
        transcribe(item_id, `one two ${String(turns)}`);
      }
    }
    if (message.type === 'input_audio_buffer.commit') {
      if (options.isEmptyAtEnd) {
        say('error', {
          error: { type: 'invalid_request_error', code: 'input_audio_buffer_commit_empty', message: '' },
        });
        return;
      }
      say('input_audio_buffer.committed', { item_id: 'last' });
      transcribe('last', `samples ${String(samples)}`);
    }
  });
}
