using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace Sagas.Structure;

/// <summary>Notes which types' methods this process compiles. A method is compiled when it is called for the first time.</summary>
internal sealed class CompiledMethods : EventListener
{
    private const EventKeywords Jit = (EventKeywords)0x10;

    private readonly ConcurrentDictionary<string, bool> _types = new();
    private volatile bool _isOn;

    /// <summary>The full names of the types, as the runtime writes them.</summary>
    public IEnumerable<string> Types => _types.Keys;

    /// <summary>Begins to note.</summary>
    public void Start() => _isOn = true;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Jit);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_isOn
            && eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) == true
            && eventData.Payload![eventData.PayloadNames!.IndexOf("MethodNamespace")] is string type)
        {
            _types.TryAdd(type, true);
        }
    }
}
