using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>
/// Makes JSON of what many a program writes instead and means only one thing by: comments, trailing commas, line breaks within
/// texts, and words that are no JSON value (<c>NaN</c>, <c>-Infinity</c>, <c>.5</c>), which become texts.
/// </summary>
internal static class AlmostJson
{
    private static readonly SearchValues<byte> EndOfWord = SearchValues.Create(" \t\r\n{}[],:\"/"u8);

    /// <summary>
    /// Rewrites an object or an array, in one pass without recursion. What it makes no sense of stays as it is, for a reader to
    /// refuse.
    /// </summary>
    /// <param name="body">The body, in UTF-8.</param>
    /// <param name="isGuess">Whether more was changed than comments and trailing commas.</param>
    /// <returns>The rewritten body, or <see langword="null"/> if there was nothing to change.</returns>
    public static byte[]? Rewrite(ReadOnlySpan<byte> body, out bool isGuess)
    {
        isGuess = false;
        if (body.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[' or (byte)'/', ..])
        {
            return null;
        }

        using var written = new MemoryStream(body.Length + 64);
        var (isChanged, last, comma) = (false, (byte)0, -1L);
        for (var position = 0; position < body.Length;)
        {
            var token = body.Slice(position, LengthOf(body[position..]));
            position += token.Length;
            if (IsSpace(token[0]))
            {
                written.Write(token);
                continue;
            }

            if (token is [(byte)'/', (byte)'/' or (byte)'*', ..])
            {
                isChanged = true;
                written.WriteByte((byte)' ');
                continue;
            }

            if (token[0] is (byte)'}' or (byte)']' && comma >= 0)
            {
                isChanged = true;
                written.GetBuffer()[comma] = (byte)' ';
            }

            // One that stands behind a value: [,] means nothing.
            comma = token[0] == ',' && last is not ((byte)'[' or (byte)'{' or (byte)',' or (byte)':' or 0) ? written.Position : -1;
            last = token[0];
            isGuess |= Write(token, written);
        }

        return isChanged || isGuess ? written.ToArray() : null;
    }

    /// <returns>Whether it is not written as it was.</returns>
    private static bool Write(ReadOnlySpan<byte> token, MemoryStream written)
    {
        if (token[0] == '"')
        {
            return WriteText(token, written);
        }

        if (IsStructure(token[0]) || token.SequenceEqual("true"u8) || token.SequenceEqual("false"u8)
            || token.SequenceEqual("null"u8) || IsNumber(token))
        {
            written.Write(token);
            return false;
        }

        written.WriteByte((byte)'"');
        written.Write(JsonEncodedText.Encode(token, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        written.WriteByte((byte)'"');
        return true;
    }

    private static bool WriteText(ReadOnlySpan<byte> text, MemoryStream written)
    {
        var isChanged = false;
        while (text.IndexOfAnyInRange((byte)0, (byte)0x1F) is >= 0 and var next)
        {
            isChanged = true;
            written.Write(text[..next]);
            written.Write(Encoding.ASCII.GetBytes($"\\u{text[next]:x4}"));
            text = text[(next + 1)..];
        }

        written.Write(text);
        return isChanged;
    }

    private static int LengthOf(ReadOnlySpan<byte> rest)
    {
        switch (rest[0])
        {
            case (byte)'"':
                return LengthOfText(rest);
            case (byte)'/' when rest.StartsWith("//"u8):
                return rest.IndexOfAny("\r\n"u8) is >= 0 and var end ? end : rest.Length;
            case (byte)'/' when rest.StartsWith("/*"u8) && rest[2..].IndexOf("*/"u8) is >= 0 and var close:
                return close + 4;
            case var first when IsSpace(first) || IsStructure(first):
                return 1;
            default:
                return rest[1..].IndexOfAny(EndOfWord) is >= 0 and var length ? length + 1 : rest.Length;
        }
    }

    private static int LengthOfText(ReadOnlySpan<byte> rest)
    {
        for (var end = 1; end < rest.Length; end++)
        {
            if (rest[end..].IndexOfAny((byte)'"', (byte)'\\') is not (>= 0 and var next))
            {
                break;
            }

            end += next;
            if (rest[end] == '"')
            {
                return end + 1;
            }

            // What is escaped.
            end++;
        }

        return rest.Length;
    }

    private static bool IsSpace(byte character) => character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsStructure(byte character) =>
        character is (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' or (byte)',' or (byte)':';

    private static bool IsNumber(ReadOnlySpan<byte> token)
    {
        token = token is [(byte)'-', ..] ? token[1..] : token;
        var digits = Digits(token);
        if (digits == 0 || (digits > 1 && token[0] == '0'))
        {
            return false;
        }

        token = token[digits..];
        if (token is [(byte)'.', ..])
        {
            digits = Digits(token[1..]);
            token = token[(digits + 1)..];
        }

        if (digits > 0 && token is [(byte)'e' or (byte)'E', ..])
        {
            token = token[1..] is [(byte)'+' or (byte)'-', ..] ? token[2..] : token[1..];
            digits = Digits(token);
            token = token[digits..];
        }

        return digits > 0 && token.IsEmpty;
    }

    private static int Digits(ReadOnlySpan<byte> token) =>
        token.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and var end ? end : token.Length;
}
