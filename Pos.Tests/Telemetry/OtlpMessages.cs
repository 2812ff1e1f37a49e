namespace Pos.Tests.Telemetry;

/// <summary>A span as a service exported it.</summary>
/// <param name="Service"><c>service.name</c> of the process.</param>
/// <param name="Scope">Name of its activity source.</param>
/// <param name="Kind">OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer.</param>
/// <param name="Parent">Empty for a root.</param>
/// <param name="Links">Trace id and span id of each link.</param>
internal sealed record ExportedSpan(
    string Service,
    string Scope,
    string TraceId,
    string SpanId,
    string Parent,
    string Name,
    int Kind,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<(string TraceId, string SpanId)> Links
);

/// <summary>An instrument whose measurements a service exported.</summary>
internal sealed record ExportedMetric(string Service, string Meter, string Name, string Unit);

/// <summary>Decodes OTLP export requests: opentelemetry-proto's trace and metrics services.</summary>
internal static class OtlpMessages
{
    public static List<ExportedSpan> Spans(ReadOnlySpan<byte> request)
    {
        var spans = new List<ExportedSpan>();
        Visit(request, (service, scope, message) => spans.Add(Span(service, scope, message)));
        return spans;
    }

    public static List<ExportedMetric> Metrics(ReadOnlySpan<byte> request)
    {
        var metrics = new List<ExportedMetric>();
        Visit(request, (service, scope, message) =>
        {
            var (name, unit) = ("", "");
            var metric = new ProtobufReader(message);
            while (metric.Read())
                if (metric.Field == 1)
                    name = metric.Text;
                else if (metric.Field == 3)
                    unit = metric.Text;
            metrics.Add(new(service, scope, name, unit));
        });
        return metrics;
    }

    private delegate void OnItem(string service, string scope, ReadOnlySpan<byte> message);

    // ExportRequest.resource[1] { resource 1 { attributes 1 }, scope[2] { scope 1 { name 1 }, item[2] } }
    private static void Visit(ReadOnlySpan<byte> request, OnItem onItem)
    {
        var export = new ProtobufReader(request);
        while (export.Read())
        {
            var service = "";
            var resource = new ProtobufReader(export.Bytes);
            while (resource.Read())
                if (resource.Field == 1)
                    service = Attributes(resource.Bytes, field: 1).GetValueOrDefault("service.name", "");
                else if (resource.Field == 2)
                    VisitScope(service, resource.Bytes, onItem);
        }
    }

    private static void VisitScope(string service, ReadOnlySpan<byte> message, OnItem onItem)
    {
        var scope = "";
        var items = new ProtobufReader(message);
        while (items.Read())
            if (items.Field == 1)
            {
                var named = new ProtobufReader(items.Bytes);
                while (named.Read())
                    if (named.Field == 1)
                        scope = named.Text;
            }
            else if (items.Field == 2)
            {
                onItem(service, scope, items.Bytes);
            }
    }

    private static ExportedSpan Span(string service, string scope, ReadOnlySpan<byte> message)
    {
        var (trace, id, parent, name, kind) = ("", "", "", "", 0);
        var links = new List<(string, string)>();
        var span = new ProtobufReader(message);
        while (span.Read())
            switch (span.Field)
            {
                case 1:
                    trace = span.Hex;
                    break;
                case 2:
                    id = span.Hex;
                    break;
                case 4:
                    parent = span.Hex;
                    break;
                case 5:
                    name = span.Text;
                    break;
                case 6:
                    kind = (int)span.Number;
                    break;
                case 13:
                    links.Add(Link(span.Bytes));
                    break;
            }
        return new(service, scope, trace, id, parent, name, kind, Attributes(message, field: 9), links);
    }

    private static (string, string) Link(ReadOnlySpan<byte> message)
    {
        var (trace, id) = ("", "");
        var link = new ProtobufReader(message);
        while (link.Read())
            if (link.Field == 1)
                trace = link.Hex;
            else if (link.Field == 2)
                id = link.Hex;
        return (trace, id);
    }

    private static Dictionary<string, string> Attributes(ReadOnlySpan<byte> message, int field)
    {
        var attributes = new Dictionary<string, string>();
        var fields = new ProtobufReader(message);
        while (fields.Read())
        {
            if (fields.Field != field)
                continue;
            var key = "";
            var pair = new ProtobufReader(fields.Bytes);
            while (pair.Read())
                if (pair.Field == 1)
                    key = pair.Text;
                else if (pair.Field == 2)
                    attributes[key] = Value(pair.Bytes);
        }
        return attributes;
    }

    // AnyValue: string 1, bool 2, int 3, double 4, array 5 { values 1 }
    private static string Value(ReadOnlySpan<byte> message)
    {
        var value = new ProtobufReader(message);
        if (!value.Read())
            return "";
        if (value.Field != 5)
            return value.Field is 2 or 3 ? $"{value.Number}"
                : value.Field == 1 ? value.Text
                : value.Hex;
        var items = new List<string>();
        var array = new ProtobufReader(value.Bytes);
        while (array.Read())
            items.Add(Value(array.Bytes));
        return string.Join(',', items);
    }
}
