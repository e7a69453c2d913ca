# Test client
import asyncio
import websockets
import numpy as np

async def test_realtime():
    uri = "ws://localhost:8000/v1/audio/transcriptions/stream?model=fast"
    
    async with websockets.connect(uri) as ws:
        # Generate test audio (sine wave)
        duration = 3.0
        t = np.linspace(0, duration, int(16000 * duration))
        audio = (np.sin(2 * np.pi * 440 * t) * 32767).astype(np.int16)
        
        # Send in chunks
        chunk_size = 1600  # 100ms
        for i in range(0, len(audio), chunk_size):
            chunk = audio[i:i+chunk_size]
            await ws.send(chunk.tobytes())
            await asyncio.sleep(0.1)
        
        # End session
        await ws.send('{"type": "end"}')
        
        # Receive messages
        async for msg in ws:
            print(json.loads(msg))

asyncio.run(test_realtime())
