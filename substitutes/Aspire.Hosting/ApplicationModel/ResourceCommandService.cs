namespace Aspire.Hosting.ApplicationModel;

/// <summary>Executes the commands of resources.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _loggers;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(
        ResourceNotificationService notifications,
        ResourceLoggerService loggers,
        IServiceProvider services
    )
    {
        _notifications = notifications;
        _loggers = loggers;
        _services = services;
    }

    /// <summary>Executes a command on every process of a resource, side by side.</summary>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(
        IResource resource,
        string commandName,
        CancellationToken cancellationToken = default
    )
    {
        var results = await Task.WhenAll(
                resource.InstanceIds().Select(id => ExecuteAsync(resource, id, commandName, cancellationToken))
            )
            .ConfigureAwait(false);
        return results.FirstOrDefault(r => !r.Success) ?? results[0];
    }

    /// <summary>Executes a command on one process.</summary>
    /// <param name="resourceId">As in <see cref="ResourceEvent.ResourceId"/>, or the name of a resource with one
    /// process.</param>
    /// <param name="commandName">As in <see cref="KnownResourceCommands"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ExecuteCommandResult> ExecuteCommandAsync(
        string resourceId,
        string commandName,
        CancellationToken cancellationToken = default
    ) =>
        _notifications.TryGetCurrentState(resourceId, out var current)
            ? ExecuteAsync(current.Resource, current.ResourceId, commandName, cancellationToken)
            : Task.FromResult(CommandResults.Failure($"Resource '{resourceId}' not found."));

    private async Task<ExecuteCommandResult> ExecuteAsync(
        IResource resource,
        string resourceId,
        string commandName,
        CancellationToken cancellationToken
    )
    {
        var logger = _loggers.GetLogger(resourceId);
        if (
            resource.Annotations.OfType<ResourceCommandAnnotation>().LastOrDefault(c => c.Name == commandName)
            is not { } command
        )
        {
            logger.CommandUnknown(commandName);
            return CommandResults.Failure($"Command '{commandName}' not available for resource '{resourceId}'.");
        }

        try
        {
            var result = await command
                .ExecuteCommand(
                    new()
                    {
                        ServiceProvider = _services,
                        ResourceName = resourceId,
                        CancellationToken = cancellationToken,
                        Logger = logger,
                    }
                )
                .ConfigureAwait(false);
            if (!result.Success && !result.Canceled)
                logger.CommandFailed(commandName, result.Message);
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Canceled();
        }
        // A command is the application's own code; its caller gets a result whatever it throws.
        catch (Exception failure)
        {
            logger.CommandFailed(commandName, failure.Message);
            return CommandResults.Failure(failure);
        }
    }
}
