using System.Globalization;
using System.Text.Json;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>
/// A resource as the manifest has it. Values that are known only when it runs are expressions, such as
/// <c>{ingest.bindings.http.url}</c>.
/// </summary>
internal sealed class ManifestResource(
    Utf8JsonWriter json,
    IResource resource,
    DistributedApplicationExecutionContext context,
    string folder
)
{
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        json.WriteStartObject(resource.Name);
        switch (resource)
        {
            case ParameterResource parameter:
                WriteParameter(parameter);
                break;
            case ProjectResource:
                json.WriteString("type", "project.v0");
                json.WriteString("path", Relative(resource.Annotations.OfType<IProjectMetadata>().Last().ProjectPath));
                await WriteProcessAsync(cancellationToken).ConfigureAwait(false);
                break;
            case ExecutableResource executable:
                json.WriteString("type", "executable.v0");
                WriteConnectionString();
                json.WriteString("workingDirectory", Relative(executable.WorkingDirectory));
                json.WriteString("command", executable.Command);
                await WriteProcessAsync(cancellationToken).ConfigureAwait(false);
                break;
            case ContainerResource container:
                json.WriteString("type", "container.v0");
                WriteConnectionString();
                WriteContainer(container);
                await WriteProcessAsync(cancellationToken).ConfigureAwait(false);
                break;
            case IResourceWithConnectionString:
                json.WriteString("type", "value.v0");
                WriteConnectionString();
                break;
            default:
                throw new DistributedApplicationException(
                    $"The manifest has no form for {resource.Name}, which is a {resource.GetType().Name}. ExcludeFromManifest leaves it out."
                );
        }
        json.WriteEndObject();
    }

    private void WriteParameter(ParameterResource parameter)
    {
        json.WriteString("type", "parameter.v0");
        if (parameter is IResourceWithConnectionString)
            json.WriteString("connectionString", parameter.ValueExpression);
        json.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        json.WriteStartObject("inputs");
        json.WriteStartObject("value");
        json.WriteString("type", "string");
        if (parameter.Secret)
            json.WriteBoolean("secret", true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteConnectionString()
    {
        if (resource is IResourceWithConnectionString connected)
            json.WriteString("connectionString", connected.ConnectionStringExpression.ValueExpression);
    }

    private void WriteContainer(ContainerResource container)
    {
        var image = container.Annotations.OfType<ContainerImageAnnotation>().Last();
        json.WriteString("image", image.Tag is null ? image.Image : $"{image.Image}:{image.Tag}");
        if (container.Entrypoint is not null)
            json.WriteString("entrypoint", container.Entrypoint);
        foreach (var kind in container.Annotations.OfType<ContainerMountAnnotation>().GroupBy(mount => mount.Type))
        {
            var isVolume = kind.Key is ContainerMountType.Volume;
            json.WriteStartArray(isVolume ? "volumes" : "bindMounts");
            foreach (var mount in kind)
            {
                json.WriteStartObject();
                if (mount.Source is not null)
                    json.WriteString(isVolume ? "name" : "source", isVolume ? mount.Source : Relative(mount.Source));
                json.WriteString("target", mount.Target);
                json.WriteBoolean("readOnly", mount.IsReadOnly);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
    }

    /// <summary>Arguments, environment and endpoints.</summary>
    private async Task WriteProcessAsync(CancellationToken cancellationToken)
    {
        var arguments = new CommandLineArgsCallbackContext([], resource, cancellationToken)
        {
            ExecutionContext = context,
        };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
            await annotation.Callback(arguments).ConfigureAwait(false);
        if (arguments.Args is not [])
        {
            json.WriteStartArray("args");
            foreach (var argument in arguments.Args)
                json.WriteStringValue(Expression(argument));
            json.WriteEndArray();
        }

        var environment = new EnvironmentCallbackContext(context, resource, cancellationToken: cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
            await annotation.Callback(environment).ConfigureAwait(false);
        if (environment.EnvironmentVariables.Count > 0)
        {
            json.WriteStartObject("env");
            foreach (var (name, value) in environment.EnvironmentVariables)
                json.WriteString(name, Expression(value));
            json.WriteEndObject();
        }
        WriteBindings();
    }

    private void WriteBindings()
    {
        if (!resource.TryGetEndpoints(out var endpoints))
            return;
        json.WriteStartObject("bindings");
        foreach (var endpoint in endpoints)
        {
            json.WriteStartObject(endpoint.Name);
            json.WriteString("scheme", endpoint.UriScheme);
            json.WriteString("protocol", endpoint.Protocol.ToString().ToLowerInvariant());
            json.WriteString("transport", endpoint.Transport);
            // A project's ports on this machine say nothing of where it is deployed.
            if (resource is not ProjectResource && endpoint.Port is { } port)
                json.WriteNumber("port", port);
            if (endpoint.TargetPort is { } target)
                json.WriteNumber("targetPort", target);
            if (endpoint.IsExternal)
                json.WriteBoolean("external", true);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string? Expression(object? value) =>
        value switch
        {
            null => null,
            string text => text,
            IManifestExpressionProvider provider => provider.ValueExpression,
            IResourceBuilder<IResource> { Resource: IManifestExpressionProvider provider } => provider.ValueExpression,
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };

    private string Relative(string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
