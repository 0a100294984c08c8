namespace Sagas.DropIn.Tests.Registrations;

public sealed record RegistrationSubmitted
{
    public Guid RegistrationId { get; init; }

    public string Member { get; init; } = "";

    public string Course { get; init; } = "";
}

public sealed record EnrolMember
{
    public Guid RegistrationId { get; init; }

    public string Member { get; init; } = "";

    public string Course { get; init; } = "";
}

public sealed record MemberEnrolled
{
    public Guid RegistrationId { get; init; }
}
