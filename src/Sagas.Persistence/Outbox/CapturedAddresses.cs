namespace Sagas.Persistence.Outbox;

/// <summary>Where a message goes, and who is told what.</summary>
internal sealed record CapturedAddresses(Uri Destination, Uri? Source, Uri? Response, Uri? Fault)
{
    public static CapturedAddresses Of(OutboxMessage row)
    {
        return new CapturedAddresses(
            new Uri(row.DestinationAddress), ToUri(row.SourceAddress), ToUri(row.ResponseAddress), ToUri(row.FaultAddress));
    }

    private static Uri? ToUri(string? address)
    {
        return address is null ? null : new Uri(address);
    }
}
