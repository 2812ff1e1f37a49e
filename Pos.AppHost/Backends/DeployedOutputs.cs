using System.Reflection;
using System.Text.Json;
using Pos.Storage;

namespace Pos.AppHost.Backends;

/// <summary>
/// What <c>cdk deploy --outputs-file</c> has written: <c>{"STACK":{"Stream":"…",…}}</c>. Pos.Cdk's outputs have the
/// names of <see cref="PosResources"/>' properties, besides region and warehouse.
/// </summary>
internal sealed class DeployedOutputs
{
    private static readonly PropertyInfo[] s_names =
    [
        .. typeof(PosResources).GetProperties().Where(property => property.PropertyType == typeof(string)),
    ];

    private readonly string _file;
    private readonly Dictionary<string, string> _outputs;

    private DeployedOutputs(string file, Dictionary<string, string> outputs)
    {
        _file = file;
        _outputs = outputs;
        foreach (var property in s_names)
            property.SetValue(Resources, this[property.Name]);
    }

    public string Region => this["Region"];

    public PosResources Resources { get; } = new();

    /// <summary>The same as settings of the services: <c>Pos__Resources__Stream</c> and so on.</summary>
    public IReadOnlyDictionary<string, string> ResourceNames =>
        s_names.ToDictionary(
            property => $"{PosResources.Section.Replace(":", "__", StringComparison.Ordinal)}__{property.Name}",
            property => this[property.Name]
        );

    /// <summary>
    /// As the reader that the deployment makes, without its password, which is nobody's but Secrets Manager's.
    /// </summary>
    public string WarehouseConnectionString =>
        $"Host={this["WarehouseHost"]};Port={this["WarehousePort"]};Database={this["WarehouseDatabase"]};Username=pos_reader;SSL Mode=Require;Server Compatibility Mode=Redshift";

    /// <param name="file">Full path.</param>
    /// <param name="stack">The stack's name; needed when the file has several.</param>
    /// <exception cref="StartRefusedException">It is not there, cannot be read, or lacks what is needed.</exception>
    public static DeployedOutputs Read(string file, string? stack)
    {
        if (!File.Exists(file))
            throw new StartRefusedException(
                $"Pos:Backend=aws reads what was deployed from {file}, which is not there. {Remedy(file)}"
            );
        try
        {
            var stacks = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(
                File.ReadAllBytes(file)
            ) ?? [];
            var outputs =
                stack is null && stacks.Count == 1
                    ? stacks.Values.Single()
                    : stacks.GetValueOrDefault(stack ?? "")
                        ?? throw new StartRefusedException(
                            $"{file} has outputs of {(stacks.Count == 0 ? "no stack" : string.Join(", ", stacks.Keys.Order()))}: Pos:Aws:Stack has to name the one to use."
                        );
            return new DeployedOutputs(file, outputs);
        }
        catch (JsonException error)
        {
            throw new StartRefusedException($"{file} is not what cdk writes: {error.Message} {Remedy(file)}");
        }
    }

    private string this[string output] =>
        _outputs.GetValueOrDefault(output) is { Length: > 0 } value
            ? value
            : throw new StartRefusedException($"{_file} lacks the output {output}. {Remedy(_file)}");

    private static string Remedy(string file) =>
        $"In deploy/Pos.Cdk, `npx aws-cdk@2 deploy -c stage=dev --outputs-file \"{file}\"` writes it; Pos:Aws:OutputsFile names another file.";
}
