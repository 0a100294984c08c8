using System.Buffers.Binary;
using System.Text;

namespace Sagas.IntegrationTests.Orchestration.Faults;

/// <summary>A message of PostgreSQL's wire protocol.</summary>
/// <param name="Type">Its type; 0 for the first of a connection, which has none.</param>
/// <param name="Bytes">All of it.</param>
internal sealed record PostgresMessage(char Type, byte[] Bytes)
{
    private const int CancelRequest = 80877102;

    public bool IsCancelRequest => Type == '\0' && Number(4) == CancelRequest;

    /// <summary>Whether a server that asks for a password goes on only when it got one.</summary>
    public bool AsksForPassword => Type == 'R' && Number(5) is 3 or 5 or 10 or 11;

    public static async Task<PostgresMessage?> ReadAsync(Stream stream, bool hasType, CancellationToken ct)
    {
        var head = new byte[hasType ? 5 : 4];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct) < head.Length)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(head.Length - 4));
        var bytes = new byte[head.Length - 4 + length];
        head.CopyTo(bytes, 0);
        await stream.ReadExactlyAsync(bytes.AsMemory(head.Length), ct);
        return new PostgresMessage(hasType ? (char)head[0] : '\0', bytes);
    }

    public static PostgresMessage Error(string severity, string state)
    {
        return Create('E', $"S{severity}\0V{severity}\0C{state}\0Minjected\0\0");
    }

    /// <param name="status">I: idle; T: in a transaction; E: in one that has failed.</param>
    public static PostgresMessage ReadyForQuery(char status)
    {
        return Create('Z', $"{status}");
    }

    /// <summary>The texts that it begins with: names and SQL.</summary>
    public string[] Texts(int count)
    {
        return Encoding.UTF8.GetString(Bytes, 5, Bytes.Length - 5).Split('\0', count + 1)[..count];
    }

    private static PostgresMessage Create(char type, string content)
    {
        var bytes = new byte[5 + Encoding.UTF8.GetByteCount(content)];
        bytes[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), bytes.Length - 1);
        Encoding.UTF8.GetBytes(content, bytes.AsSpan(5));
        return new PostgresMessage(type, bytes);
    }

    private int Number(int offset)
    {
        return BinaryPrimitives.ReadInt32BigEndian(Bytes.AsSpan(offset));
    }
}
