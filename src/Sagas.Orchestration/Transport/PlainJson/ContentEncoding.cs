using System.IO.Compression;
using System.Net.Mime;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>Undoes how a body came: compressed, or in a charset of its own.</summary>
internal static class ContentEncoding
{
    /// <summary>Unpacks a body that is compressed; any other is as it was.</summary>
    /// <param name="body">The body.</param>
    /// <param name="encoding">The AMQP property <c>content_encoding</c>: <c>gzip</c>, <c>deflate</c> or <c>br</c>.</param>
    /// <param name="mostBytes">How large it may be.</param>
    /// <param name="unpacked">The body unpacked.</param>
    /// <returns>Whether it is no larger than that.</returns>
    public static bool TryUnpack(byte[] body, string? encoding, int mostBytes, out byte[] unpacked)
    {
        unpacked = body;
        using var stream = Decompressor(encoding, new MemoryStream(body));
        if (stream is null)
        {
            return true;
        }

        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            if (buffer.Length + read > mostBytes)
            {
                return false;
            }

            buffer.Write(chunk, 0, read);
        }

        unpacked = buffer.ToArray();
        return true;
    }

    /// <summary>
    /// The charset that a message names: as a parameter of its content type, or, as some clients do, as its content encoding.
    /// </summary>
    public static string? CharsetOf(string? contentType, string? contentEncoding) =>
        contentType is { Length: > 0 } && TryParse(contentType) is { CharSet: { Length: > 0 } charset }
            ? charset
            : contentEncoding;

    private static Stream? Decompressor(string? encoding, Stream body) => encoding?.Trim().ToUpperInvariant() switch
    {
        "GZIP" or "X-GZIP" => new GZipStream(body, CompressionMode.Decompress),
        "DEFLATE" => new ZLibStream(body, CompressionMode.Decompress),
        "BR" => new BrotliStream(body, CompressionMode.Decompress),
        _ => null,
    };

    private static ContentType? TryParse(string type)
    {
        try
        {
            return new ContentType(type);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
