using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds connection strings that are put together from other values.</summary>
public static class ConnectionStringBuilderExtensions
{
    /// <summary>Adds a connection string; it is there as soon as its parts are.</summary>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        string name,
        ReferenceExpression connectionStringExpression
    )
    {
        var resource = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
        Referenced.By(resource, connectionStringExpression);
        return resource.OnInitializeResource(
            async (connectionString, e, ct) =>
            {
                await connectionString.ConnectionStringExpression.GetValueAsync(ct).ConfigureAwait(false);
                await e
                    .Eventing.PublishAsync(new ConnectionStringAvailableEvent(connectionString, e.Services), ct)
                    .ConfigureAwait(false);
                await e
                    .Notifications.PublishUpdateAsync(connectionString, s =>
                        s with
                        {
                            State = KnownResourceStates.Running,
                        }
                    )
                    .ConfigureAwait(false);
            }
        );
    }

    /// <inheritdoc cref="AddConnectionString(IDistributedApplicationBuilder, string, ReferenceExpression)"/>
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder,
        string name,
        Action<ReferenceExpressionBuilder> connectionStringBuilder
    )
    {
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }
}
