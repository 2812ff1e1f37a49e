using System.Reflection;
using System.Text.Json;
using Pos.Storage;

namespace Pos.AppHost.Backends;

/// <summary>
/// Reads the file that <c>cdk deploy --outputs-file</c> writes: <c>{"STACK":{"Stream":"…",…}}</c>. Pos.Cdk's outputs
/// are named after the properties of <see cref="PosResources"/>, plus region and warehouse.
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

    /// <summary>The resource names as environment variables, such as <c>Pos__Resources__Stream</c>.</summary>
    public IReadOnlyDictionary<string, string> ResourceNames =>
        s_names.ToDictionary(
            property => $"{PosResources.Section.Replace(":", "__", StringComparison.Ordinal)}__{property.Name}",
            property => this[property.Name]
        );

    /// <summary>
    /// Connects as the deployment's read-only user. The password is missing: only Secrets Manager has it.
    /// </summary>
    public string WarehouseConnectionString =>
        $"Host={this["WarehouseHost"]};Port={this["WarehousePort"]};Database={this["WarehouseDatabase"]};"
        + "Username=pos_reader;SSL Mode=Require;Server Compatibility Mode=Redshift";

    /// <summary>Reads the outputs of a stack.</summary>
    /// <param name="file">Full path.</param>
    /// <param name="stack">The stack's name; required if the file has several.</param>
    /// <exception cref="StartRefusedException">The file is missing, has another format or lacks an output.</exception>
    public static DeployedOutputs Read(string file, string? stack)
    {
        if (!File.Exists(file))
            throw new StartRefusedException(
                $"Pos:Backend=aws needs the outputs of a deployment in {file}, which does not exist. {Remedy(file)}"
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
                            $"{file} has outputs of {Names(stacks.Keys)}. Set Pos:Aws:Stack to one of them."
                        );
            return new DeployedOutputs(file, outputs);
        }
        catch (JsonException error)
        {
            throw new StartRefusedException($"{file} is not an outputs file of cdk: {error.Message} {Remedy(file)}");
        }
    }

    private string this[string output] =>
        _outputs.GetValueOrDefault(output) is { Length: > 0 } value
            ? value
            : throw new StartRefusedException($"{_file} lacks the output {output}. {Remedy(_file)}");

    private static string Names(ICollection<string> stacks) =>
        stacks.Count == 0 ? "no stack" : string.Join(", ", stacks.Order());

    private static string Remedy(string file) =>
        $"Write it with `npx aws-cdk@2 deploy -c stage=dev --outputs-file \"{file}\"` in deploy/Pos.Cdk, "
        + "or set Pos:Aws:OutputsFile to another file.";
}
