using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Sagas.Dashboard.Queries;

/// <summary>A parked message with what it carries.</summary>
internal sealed record ParkedMessageDetail : ParkedMessageView
{
    [JsonConstructor]
    public ParkedMessageDetail()
    {
    }

    [SetsRequiredMembers]
    public ParkedMessageDetail(ParkedMessageView view, string contentType, string body)
        : base(view)
    {
        (ContentType, Body) = (contentType, body);
    }

    /// <summary>The body's content type.</summary>
    public required string ContentType { get; init; }

    /// <summary>The body as it goes to the broker; absent for who may not see it.</summary>
    public string? Body { get; init; }

    /// <summary>Whether the body is kept back, since who asks has not the right to see it.</summary>
    public bool PayloadsHidden { get; init; }

    /// <summary>The same for who may not see what it carries.</summary>
    public ParkedMessageDetail WithoutPayloads() => this with { Body = null, PayloadsHidden = true };
}
