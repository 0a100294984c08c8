using System.Text;

namespace Sagas.Tests.Operations.CommandLine;

/// <summary>Gathers what a command writes, for a test that reads while it does.</summary>
/// <param name="text">Where it gathers it.</param>
internal sealed class SafeWriter(StringBuilder text) : TextWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (text)
        {
            text.Append(value);
        }
    }

    /// <summary>What was written until now.</summary>
    public static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
