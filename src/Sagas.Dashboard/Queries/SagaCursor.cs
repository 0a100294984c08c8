using System.Buffers.Binary;
using System.Buffers.Text;

namespace Sagas.Dashboard.Queries;

/// <summary>Where a page ended: the part of the order that its last saga is in, and what sorts it there.</summary>
/// <param name="Part">The part, from 0.</param>
/// <param name="At">The instant that sorts it (UTC).</param>
/// <param name="Id">The saga, which sorts those of one instant.</param>
internal readonly record struct SagaCursor(int Part, DateTime At, Guid Id)
{
    private const byte Format = 1;
    private const int Length = 26;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Format;
        bytes[1] = (byte)Part;
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], At.Ticks);
        Id.TryWriteBytes(bytes[10..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="InvalidCursorException">The text is no such cursor.</exception>
    public static SagaCursor Parse(string text, int parts)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length == Base64Url.GetEncodedLength(Length)
            && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == Length
            && bytes[0] == Format
            && bytes[1] < parts
            && BinaryPrimitives.ReadInt64BigEndian(bytes[2..]) is >= 0 and var ticks
            && ticks <= DateTime.MaxValue.Ticks)
        {
            return new SagaCursor(bytes[1], new DateTime(ticks, DateTimeKind.Utc), new Guid(bytes[10..]));
        }

        throw new InvalidCursorException();
    }
}
