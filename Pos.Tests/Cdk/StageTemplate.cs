using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amazon.CDK.Assertions;

namespace Pos.Tests.Cdk;

/// <summary>A stage's CloudFormation template.</summary>
/// <param name="Json">The template as written.</param>
/// <param name="Template">CDK's view of the template.</param>
/// <param name="IsProtected">True if termination protection is on.</param>
internal sealed partial record StageTemplate(JsonObject Json, Template Template, bool? IsProtected)
{
    public IEnumerable<Resource> Resources =>
        Json[nameof(Resources)]!.AsObject().Select(entry => new Resource(entry.Key, entry.Value!.AsObject()));

    public IEnumerable<Resource> OfType(string type) => Resources.Where(resource => resource.Type == type);

    /// <summary>Returns the only resource of a type whose name has a prefix.</summary>
    public Resource Single(string type, string name = "") =>
        OfType(type).Single(resource => resource.Name.StartsWith(name, StringComparison.Ordinal));

    /// <summary>Checks that a resource has at least these properties.</summary>
    /// <param name="type">Type such as <c>AWS::S3::Bucket</c>.</param>
    /// <param name="properties">JSON.</param>
    public void Has(string type, string properties) =>
        Template.HasResourceProperties(type, ToObject(JsonNode.Parse(properties))!);

    /// <summary>Removes the hashes that CDK appends to names.</summary>
    public static string Plain(string logicalId) => Hash().Replace(logicalId, "");

    private static object? ToObject(JsonNode? node) =>
        node switch
        {
            JsonObject map => map.ToDictionary(entry => entry.Key, entry => ToObject(entry.Value)!),
            JsonArray list => list.Select(ToObject).ToArray(),
            JsonValue value => value.GetValueKind() switch
            {
                JsonValueKind.String => value.GetValue<string>(),
                JsonValueKind.Number => value.GetValue<double>(),
                _ => value.GetValue<bool>(),
            },
            _ => null,
        };

    [GeneratedRegex("[0-9A-F]{8}(?=$|[^0-9A-Za-z])|[0-9A-F]{8}[0-9a-f]{32}$")]
    private static partial Regex Hash();
}

/// <summary>A resource of a template.</summary>
internal sealed record Resource(string LogicalId, JsonObject Json)
{
    public string Name => StageTemplate.Plain(LogicalId);
    public string Type => Json[nameof(Type)]!.GetValue<string>();
    public JsonObject Properties => Json[nameof(Properties)]?.AsObject() ?? [];
    public JsonNode? this[string property] => Properties[property];

    public override string ToString() => $"{Type} {Name}";
}
