using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Sagas.Engine;

/// <summary>How large JSON is in a message, in bytes of UTF-8.</summary>
internal static class JsonSize
{
    // One byte of a text may become \u007F; no other character grows as much.
    private const int MostGrowth = 6;

    /// <summary>No less than its size; costs nothing.</summary>
    public static long AtMost(JsonElement json) => (long)JsonMarshal.GetRawUtf8Value(json).Length * MostGrowth;

    /// <summary>Its size as it is written into messages: without white space, and escaped as it is there.</summary>
    public static long Of(JsonElement json)
    {
        var counter = new ByteCounter();
        using (var writer = new Utf8JsonWriter(counter, JsonObjects.Readable))
        {
            json.WriteTo(writer);
        }

        return counter.Bytes;
    }

    private sealed class ByteCounter : IBufferWriter<byte>
    {
        private byte[] _buffer = new byte[4096];

        public long Bytes { get; private set; }

        public void Advance(int count) => Bytes += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (_buffer.Length < sizeHint)
            {
                _buffer = new byte[sizeHint];
            }

            return _buffer;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
