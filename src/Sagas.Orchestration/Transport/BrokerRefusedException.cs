using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Sagas.Contracts.Text;

namespace Sagas.Orchestration.Transport;

/// <summary>
/// RabbitMQ refuses what the worker cannot do without, and waiting does not help: an object of its own is there as
/// another kind, its user lacks a right, or a connection may have too few channels.
/// </summary>
internal sealed class BrokerRefusedException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    private const string Rights =
        "Give it the rights that docs/least-privilege.md lists, or have an administrator declare what is missing: sagas topology.";

    /// <summary>Does what the broker may refuse.</summary>
    /// <exception cref="BrokerRefusedException">It does, for good.</exception>
    public static async Task<T> OrAsync<T>(BrokerConnectionString broker, string what, Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (OperationInterruptedException exception)
            when (exception.ShutdownReason is { ReplyCode: Constants.AccessRefused }
                || (exception.ShutdownReason is { ReplyCode: Constants.PreconditionFailed } other
                    && other.ReplyText.Contains("inequivalent", StringComparison.Ordinal)))
        {
            var reason = Printable.Of(exception.ShutdownReason.ReplyText);
            throw exception.ShutdownReason.ReplyCode == Constants.PreconditionFailed
                ? new BrokerRefusedException(
                    $"The worker cannot start: at RabbitMQ ({broker}) {what} is there as another kind: {reason}. Stop the "
                    + "workers, move what waits in it, and delete it: the worker makes it anew.",
                    exception)
                : OfRights(broker, $"{what} is refused to the user '{broker.User}': {reason}", exception);
        }
    }

    public static BrokerRefusedException OfRights(
        BrokerConnectionString broker, string finding, Exception? innerException = null) =>
        new($"The worker cannot start: at RabbitMQ ({broker}) {finding}. {Rights}", innerException);
}
