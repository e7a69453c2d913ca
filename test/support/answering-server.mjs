// A gateway of known delays in a process of its own, to measure what measures: `node answering-server.mjs DIST '{...}'`.
//   {"mode":"messages","delayMs":100}               every audio message is answered so long after its last sample
//   {"mode":"words","shownMs":300,"finalMs":900}    every beacon word is shown so long after its end, and final so long
//                                                   after the end of its utterance
// Instants are those of the speaker's plan: he began when the earliest of his messages, by its place, says so.
// Says {"url"} when it listens, and on SIGTERM {"answers","late_p50_ms"}: how late it was by its own clock.
const [, , dist, config] = process.argv;
const { mode, delayMs, shownMs, finalMs } = JSON.parse(config);
const load = (path) => import(`${dist}/${path}`);
const { hearBeacon, openBeaconEar } = await load('audio/beacon/beacon-decoder.js');
const { listen } = await load('transport/ws-server.js');

const SAMPLES_PER_MS = 16;
const SPIN_MS = 2;
/** A word that begins later than this behind another one begins an utterance. */
const PAUSE_MS = 500;
const lateMs = [];
const { performance } = globalThis;

/** Runs `act` at an instant: timers are whole milliseconds late, so the rest is waited for awake. */
function at(instantMs, act) {
  setTimeout(
    () => {
      while (performance.now() < instantMs);
      lateMs.push(performance.now() - instantMs);
      act();
    },
    Math.max(0, Math.floor(instantMs - performance.now() - SPIN_MS)),
  );
}

const seconds = (samples) => samples / SAMPLES_PER_MS / 1000;

function begin(socket) {
  const say = (message) => socket.send(JSON.stringify(message));
  let received = 0;
  let seq = 1;
  let answered = 0;
  let startMs = Number.POSITIVE_INFINITY;
  say({
    ...{
      type: 'session.begin',
      session_id: 'sess_0123456789ab',
      protocol: 1,
      model: 'known-80ms',
      language: 'en',
    },
    ...{
      sample_rate: 16_000,
      encoding: 'pcm_s16le',
      channels: 1,
      partials: true,
      epoch: 1,
      warnings: [],
      seq,
    },
  });
  const tell = (type, text, samples) => {
    const place = { text, start: 0, end: seconds(samples), audio_end: seconds(samples) };
    if (type === 'final')
      say({ type: 'transcript.final', ...place, confidence: 1, words: null, seq: (seq += 1) });
    else say({ type: 'transcript.partial', ...place, stable_chars: 0 });
  };
  const hear = mode === 'words' ? wordHearer(tell) : undefined;
  socket.onMessage((data) => {
    const nowMs = performance.now();
    if (typeof data !== 'string') {
      const pcm = new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
      received += pcm.length;
      startMs = Math.min(startMs, nowMs - received / SAMPLES_PER_MS);
      const samples = received;
      const dueMs = startMs + samples / SAMPLES_PER_MS;
      if (hear !== undefined) hear.pcm(pcm, startMs);
      else at(dueMs + delayMs, () => tell('partial', `m${(answered += 1)}`, samples));
      return;
    }
    if (JSON.parse(data).type !== 'end') return;
    hear?.end();
    say({
      ...{ type: 'session.end', session_id: 'sess_0123456789ab', total_duration: seconds(received) },
      ...{ total_speech_duration: 0, transcript: '', segments: [], seq: (seq += 1) },
    });
    socket.close(1000, '');
  });
}

function wordHearer(tell) {
  let ear = openBeaconEar();
  let utterance = { ids: [], lastSample: Number.NEGATIVE_INFINITY, isFinal: true };
  const finish = (said) => {
    if (!said.isFinal) tell('final', said.ids.join(' '), said.lastSample);
    said.isFinal = true;
  };
  return {
    pcm(pcm, startMs) {
      const heard = hearBeacon(ear, pcm);
      ear = heard.ear;
      for (const { id, startSample, endSample } of heard.words) {
        const isNew = startSample - utterance.lastSample > PAUSE_MS * SAMPLES_PER_MS;
        if (isNew) utterance = { ids: [], isFinal: false };
        const said = utterance;
        said.ids.push(id);
        said.lastSample = endSample;
        const shown = said.ids.join(' ');
        const endMs = startMs + endSample / SAMPLES_PER_MS;
        at(endMs + shownMs, () => tell('partial', shown, endSample));
        at(endMs + finalMs, () => {
          if (said.lastSample === endSample) finish(said);
        });
      }
    },
    end: () => finish(utterance),
  };
}

const server = await listen({
  host: '127.0.0.1',
  port: 0,
  subprotocol: 'rt.v1',
  onRequest: (_request, response) => void response.writeHead(404).end(),
  route: () => 'accept',
  onSocket: begin,
});
console.log(JSON.stringify({ url: server.wsUrl }));
process.on('SIGTERM', () => {
  const sorted = lateMs.toSorted((a, b) => a - b);
  console.log(JSON.stringify({ answers: sorted.length, late_p50_ms: sorted[sorted.length >> 1] ?? 0 }));
  process.exit(0);
});
