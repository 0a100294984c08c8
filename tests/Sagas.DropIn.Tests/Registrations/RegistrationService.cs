using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Sagas.DropIn.Tests.Registrations;

/// <summary>What a web request calls: the row and the event commit together.</summary>
public sealed class RegistrationService(RegistrationDbContext context, IPublishEndpoint publishEndpoint)
{
    private const int Constraint = 19;

    public async Task<Registration> SubmitAsync(string member, string course, CancellationToken cancellationToken)
    {
        var registration = new Registration { Id = NewId.NextGuid(), Member = member, Course = course };
        context.Add(registration);
        await publishEndpoint.Publish(
            new RegistrationSubmitted { RegistrationId = registration.Id, Member = member, Course = course },
            cancellationToken);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception)
            when (exception.InnerException is SqliteException { SqliteErrorCode: Constraint })
        {
            throw new InvalidOperationException($"{member} is registered for {course} already.", exception);
        }

        return registration;
    }
}
