/// Measurements, each beside a rival. `bench <suite>` prints medians and ratios.
@main
enum Bench {
    static func main() {
    }
}
